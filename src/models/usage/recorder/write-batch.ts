/** Puts a batch into the database, past lines that it refuses. */
import type { Clock } from '../../../lib/clock.ts'
import type { Batch, BatchStore } from './batch.store.ts'
import type { PartitionsStore } from '../partitions.store.ts'

export interface WriteBatchDeps {
  readonly batches: Pick<BatchStore, 'write' | 'sizeOf'>
  readonly partitions: Pick<PartitionsStore, 'ensure'>
  readonly clock: Clock
  readonly onRefused: (error: unknown) => void
}

/** Whether the database refused what it was given (SQLSTATE classes 22 and 23), so that trying again is in vain. */
const isRefusal = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && /^2[23]/.test(error.code)

interface WholeBatch extends Batch {
  readonly days: ReadonlySet<string>
}

/** Resolves with the number of lines that were refused. Rejects when the database cannot be reached. */
export type WriteBatch = (batch: WholeBatch) => Promise<number>

export const createWriteBatch = ({ batches, partitions, clock, onRefused }: WriteBatchDeps): WriteBatch => {
  const knownDays = new Set<string>()
  const ensureDays = async (days: ReadonlySet<string>): Promise<void> => {
    const missing = [...days].filter((day) => !knownDays.has(day))
    if (missing.length === 0) return
    await partitions.ensure(missing)
    for (const day of missing) knownDays.add(day)
  }

  /** Writes through the line before `end`; a line that is refused is found by halving and passed over. */
  const writeThrough = async (batch: WholeBatch, end: number, isFirst: boolean): Promise<number> => {
    const part = { ...batch, lines: batch.lines.slice(0, end) }
    const now = new Date(clock.now())
    try {
      await batches.write(part, now)
      return 0
    } catch (error) {
      if (!isRefusal(error)) throw error
      if (isFirst) {
        // A day's partition may have been dropped since: of a day long past, or after a clock was set back.
        knownDays.clear()
        await ensureDays(batch.days)
        return writeThrough(batch, end, false)
      }
      const start = await batches.sizeOf(batch.id)
      if (end - start > 1) {
        const middle = start + Math.ceil((end - start) / 2)
        return (await writeThrough(batch, middle, false)) + (await writeThrough(batch, end, false))
      }
      await batches.write(part, now, { skip: true })
      onRefused(error)
      return 1
    }
  }

  return async (batch) => {
    await ensureDays(batch.days)
    return writeThrough(batch, batch.lines.length, true)
  }
}
