/**
 * Lines that wait for the database, as batches: each in memory, on the disk, or both. Bounded on both sides; memory gives
 * way first where the disk holds the same. Knows no database and no time.
 */
import { createId } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import type { Segment, Spool } from './spool.ts'

export interface BufferLimits {
  /** A batch is full with so many lines … */
  readonly batchSize: number
  /** … or so many bytes. */
  readonly batchBytes: number
  readonly memoryBytes: number
  /** Of all files in the spool's folder. */
  readonly spoolBytes: number
}

export const DEFAULT_BUFFER_LIMITS: BufferLimits = {
  batchSize: 5_000,
  batchBytes: 8e6,
  memoryBytes: 32e6,
  spoolBytes: 256e6,
}

export interface LineFacts {
  /** The UTC day that the line belongs to. */
  readonly day: string
  readonly failed: boolean
}

interface Batch {
  readonly id: string
  /** Null: on the disk only. */
  lines: string[] | null
  count: number
  bytes: number
  hasFailures: boolean
  readonly days: Set<string>
  segment: Segment | null
  /** Whether the file holds every line. */
  whole: boolean
  /** Whether there is a file. */
  readonly hasFile: boolean
}

export interface WaitingBatch {
  readonly id: string
  readonly lines: readonly string[]
  readonly days: ReadonlySet<string>
  readonly hasFailures: boolean
}

export interface AttemptBuffer {
  /** False: there is no room. */
  add(line: string, facts: LineFacts): boolean
  /** No more lines for the batch at hand: it can be written. */
  seal(): void
  /** The oldest sealed batch. */
  first(): WaitingBatch | null
  /** The oldest sealed batch is in the database. */
  shift(): void
  readonly hasSealed: boolean
  /** Lines that wait, sealed or not. */
  waiting(): number
  /** Of them, those that no file holds. */
  inMemoryOnly(): number
  holds(id: string): boolean
  /** Files came or went by another hand. */
  measure(): void
}

interface Dependencies {
  readonly spool: Spool
  readonly limits: BufferLimits
  readonly logger: Pick<Logger, 'warn'>
}

export const createAttemptBuffer = ({ spool, limits, logger }: Dependencies): AttemptBuffer => {
  const sealed: Batch[] = []
  let open: Batch | null = null
  let memoryBytes = 0
  let spoolBytes = spool.sizeBytes()

  const onDiskFailure = (error: unknown): null => {
    logger.warn({ error }, 'Records of calls are kept in memory only: the disk does not take them')
    return null
  }
  const openSegment = (id: string): Segment | null => {
    if (spoolBytes >= limits.spoolBytes) return null
    try {
      return spool.open(id)
    } catch (error) {
      return onDiskFailure(error)
    }
  }
  const begin = (): Batch => {
    const id = createId()
    const segment = openSegment(id)
    const kept = segment !== null
    return {
      id,
      lines: [],
      count: 0,
      bytes: 0,
      hasFailures: false,
      days: new Set(),
      segment,
      whole: kept,
      hasFile: kept,
    }
  }
  const keepOnDisk = (batch: Batch, line: string, bytes: number): void => {
    try {
      batch.segment?.append(line)
      if (batch.segment !== null) spoolBytes += bytes
    } catch (error) {
      // What follows a broken line in its file could not be read again.
      batch.segment?.close()
      batch.segment = onDiskFailure(error)
      batch.whole = false
    }
  }
  /** Batches that wait leave their lines to the disk; the first one, which is written next, keeps them. */
  const shed = (): void => {
    for (const batch of sealed.slice(1)) {
      if (memoryBytes <= limits.memoryBytes / 2) return
      if (!batch.whole || batch.lines === null) continue
      memoryBytes -= batch.bytes
      batch.lines = null
    }
  }
  const seal = (): void => {
    if (open === null) return
    open.segment?.close()
    open.segment = null
    sealed.push(open)
    open = null
    shed()
  }
  const all = (): Batch[] => (open === null ? sealed : [...sealed, open])

  return {
    add(line, { day, failed }) {
      const bytes = Buffer.byteLength(line) + 1
      if (memoryBytes + bytes > limits.memoryBytes) return false
      open ??= begin()
      keepOnDisk(open, line, bytes)
      open.lines?.push(line)
      open.count += 1
      open.bytes += bytes
      open.hasFailures ||= failed
      open.days.add(day)
      memoryBytes += bytes
      if (open.count >= limits.batchSize || open.bytes >= limits.batchBytes) seal()
      return true
    },
    seal,
    first() {
      const batch = sealed[0]
      if (batch === undefined) return null
      const { id, days, hasFailures } = batch
      return { id, days, hasFailures, lines: batch.lines ?? spool.read(id) }
    },
    shift() {
      const batch = sealed.shift()
      if (batch === undefined) return
      if (batch.lines !== null) memoryBytes -= batch.bytes
      if (!batch.hasFile) return
      spool.remove(batch.id)
      spoolBytes = Math.max(0, spoolBytes - batch.bytes)
    },
    get hasSealed() {
      return sealed.length > 0
    },
    waiting: () => all().reduce((sum, { count }) => sum + count, 0),
    inMemoryOnly: () => all().reduce((sum, { count, whole }) => sum + (whole ? 0 : count), 0),
    holds: (id) => all().some((batch) => batch.id === id),
    measure() {
      spoolBytes = spool.sizeBytes()
    },
  }
}
