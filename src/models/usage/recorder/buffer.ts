/**
 * Lines that wait for the database, as batches: each in memory, on the disk, or both. Bounded on both sides; memory gives
 * way first where the disk holds the same. Knows no database and no time.
 */
import { createId } from '../../../lib/ids.ts'
import type { Logger } from '../../../lib/logger.ts'
import { createBoundedSpool, type BatchFile } from './bounded-spool.ts'
import type { Spool } from './spool.ts'

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
  /** Null: in memory only. */
  readonly file: BatchFile | null
  /** Null: on the disk only. */
  lines: string[] | null
  count: number
  bytes: number
  hasFailures: boolean
  readonly days: Set<string>
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

const isWhole = ({ file }: Batch): boolean => file?.whole ?? false

export const createAttemptBuffer = ({ spool, limits, logger }: Dependencies): AttemptBuffer => {
  const disk = createBoundedSpool({ spool, maxBytes: limits.spoolBytes, logger })
  const sealed: Batch[] = []
  let open: Batch | null = null
  let memoryBytes = 0

  const begin = (): Batch => {
    const id = createId()
    return { id, file: disk.begin(id), lines: [], count: 0, bytes: 0, hasFailures: false, days: new Set() }
  }
  /** Batches that wait leave their lines to the disk; the first one, which is written next, keeps them. */
  const shed = (): void => {
    for (const batch of sealed.slice(1)) {
      if (memoryBytes <= limits.memoryBytes / 2) return
      if (!isWhole(batch) || batch.lines === null) continue
      memoryBytes -= batch.bytes
      batch.lines = null
    }
  }
  const seal = (): void => {
    if (open === null) return
    open.file?.close()
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
      open.file?.append(line, bytes)
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
      return { id, days, hasFailures, lines: batch.lines ?? disk.read(id) }
    },
    shift() {
      const batch = sealed.shift()
      if (batch === undefined) return
      if (batch.lines !== null) memoryBytes -= batch.bytes
      if (batch.file !== null) disk.remove(batch.id, batch.bytes)
    },
    get hasSealed() {
      return sealed.length > 0
    },
    waiting: () => all().reduce((sum, { count }) => sum + count, 0),
    inMemoryOnly: () => all().reduce((sum, batch) => sum + (isWhole(batch) ? 0 : batch.count), 0),
    holds: (id) => all().some((batch) => batch.id === id),
    measure: disk.measure,
  }
}
