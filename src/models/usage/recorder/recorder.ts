/**
 * The writer of attempts. `record` hands a line to the operating system and returns; the database gets it in batches
 * shortly after. What `record` took outlives the process. What finds no room is counted, logged and shown, and never
 * slows or fails the request. See docs/decisions/0060-attempts-are-spooled.md.
 */
import type { AttemptRecord, Meter, OnRefusal } from '../../../gateway/index.ts'
import type { Clock } from '../../../lib/clock.ts'
import { createId } from '../../../lib/ids.ts'
import type { Logger } from '../../../lib/logger.ts'
import type { PayloadPolicy } from '../../error-log/kept-request.ts'
import { adopt } from './adopt.ts'
import { toAttemptRow, toRefusalRow, type AttemptRow } from './attempt-row.ts'
import type { BatchStore } from './batch.store.ts'
import { createBell } from './bell.ts'
import { createAttemptBuffer, DEFAULT_BUFFER_LIMITS, type BufferLimits } from './buffer.ts'
import { createLosses } from './losses.ts'
import type { PartitionsStore } from '../partitions.store.ts'
import type { Spool } from './spool.ts'
import { createWriteBatch } from './write-batch.ts'

export interface RecorderCounts {
  /** In the database. */
  readonly recorded: number
  /** Found no room, or the database refuses them. */
  readonly dropped: number
  /** On their way. */
  readonly waiting: number
}

export interface UsageRecorder extends Meter {
  /** A request for which no model was called: for the error log. */
  readonly refuse: OnRefusal
  /** Of this process's writer. */
  readonly id: string
  counts(): RecorderCounts
  /** Resolves when all that was recorded before is in the database; rejects when it cannot be reached. */
  flush(): Promise<void>
  /** Takes over what ended processes left on the disk; the number of records. */
  adopt(): Promise<number>
  /** Writes what waits, for some seconds at most; the rest stays on the disk for the next start. */
  close(): Promise<void>
}

export interface RecorderDeps {
  readonly batches: BatchStore
  readonly partitions: Pick<PartitionsStore, 'ensure'>
  readonly spool: Spool
  readonly policy: PayloadPolicy
  readonly clock: Clock
  readonly logger: Logger
  readonly limits?: Partial<BufferLimits>
}

/** A batch is written so long after its first line at the latest. */
const BATCH_MS = 250
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 30_000
/** The counts are told to the database so often, also when nothing else is written. */
const NOTE_MS = 10_000
const CLOSE_MS = 5_000

export const createUsageRecorder = (deps: RecorderDeps): UsageRecorder => {
  const { batches, spool, policy, clock, logger } = deps
  const limits = { ...DEFAULT_BUFFER_LIMITS, ...deps.limits }
  const self = { id: createId(), startedAt: new Date(clock.now()) }
  const ending = new AbortController()
  const bell = createBell(clock, ending.signal)
  const losses = createLosses(clock, logger)
  const buffer = createAttemptBuffer({ spool, limits, logger })
  const onRefused = (error: unknown): void => losses.add(1, 'the database refuses a record', error)
  const writeBatch = createWriteBatch({ ...deps, onRefused })
  let recorded = 0
  let notedMs = -Infinity
  let round: Promise<void> | null = null

  const counts = (): RecorderCounts => ({ recorded, dropped: losses.count(), waiting: buffer.waiting() })
  const add = (make: () => AttemptRow): void => {
    try {
      const wasIdle = buffer.waiting() === 0
      const row = make()
      const facts = { day: row.at.slice(0, 10), failed: row.failure !== undefined }
      if (!buffer.add(JSON.stringify(row), facts)) losses.add(1, 'the database cannot be reached and the room is full')
      if (wasIdle || buffer.hasSealed) bell.ring()
    } catch (error) {
      losses.add(1, 'a record could not be made', error)
    }
  }
  const record = (attempt: AttemptRecord): void => add(() => toAttemptRow(attempt, policy))
  const refuse: OnRefusal = (refusal) => add(() => toRefusalRow(refusal, policy))

  const note = async (): Promise<void> => {
    if (clock.now() - notedMs < NOTE_MS) return
    notedMs = clock.now()
    await batches.noteRecorder({ ...self, ...counts(), seenAt: new Date(notedMs) })
  }
  const writeAll = async (): Promise<void> => {
    buffer.seal()
    for (let batch = buffer.first(); batch !== null; batch = buffer.first()) {
      recorded += batch.lines.length - (await writeBatch(batch))
      buffer.shift()
    }
    await note()
  }
  /** One writer at a time; whoever comes meanwhile gets a round that begins after it came. */
  const flush = async (): Promise<void> => {
    while (round !== null) await round.catch(() => {})
    round = writeAll().finally(() => (round = null))
    await round
  }

  const work = async (): Promise<void> => {
    let pauseMs = FIRST_PAUSE_MS
    while (!ending.signal.aborted) {
      if (buffer.waiting() === 0) await bell.wait(NOTE_MS)
      if (!buffer.hasSealed) await bell.wait(BATCH_MS)
      if (ending.signal.aborted) return
      try {
        await flush()
        pauseMs = FIRST_PAUSE_MS
      } catch (error) {
        logger.warn({ error, ...counts() }, 'Records of calls to models could not be written; they are tried again')
        await clock.sleep(pauseMs, ending.signal).catch(() => {})
        pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)
      }
    }
  }
  const working = work()

  const close = async (): Promise<void> => {
    ending.abort()
    const written = new AbortController()
    const last = working
      .then(flush)
      .catch((error: unknown) =>
        logger.warn({ error, ...counts() }, 'Records of calls wait on the disk for the next start'),
      )
      .finally(() => written.abort())
    await Promise.race([last, clock.sleep(CLOSE_MS, written.signal).catch(() => {})])
    const lost = buffer.inMemoryOnly()
    if (lost > 0) losses.add(lost, 'the process ended and the database could not be reached')
  }
  return {
    id: self.id,
    record,
    refuse,
    counts,
    flush,
    adopt: () => adopt({ spool, buffer, writeBatch, losses, clock, logger }),
    close,
  }
}
