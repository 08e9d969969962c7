/** Takes over what processes that ended left on the disk. */
import type { Clock } from '../../../lib/clock.ts'
import type { Logger } from '../../../lib/logger.ts'
import type { AttemptBuffer, WaitingBatch } from './buffer.ts'
import type { Losses } from './losses.ts'
import { dayOf } from '../partitions.store.ts'
import type { Spool } from './spool.ts'

export interface AdoptDeps {
  readonly spool: Spool
  readonly buffer: Pick<AttemptBuffer, 'holds' | 'measure'>
  /** Returns how many of the lines the database refused. */
  readonly writeBatch: (batch: WaitingBatch) => Promise<number>
  readonly losses: Pick<Losses, 'add'>
  readonly clock: Clock
  readonly logger: Pick<Logger, 'info'>
}

/** An open file is written to every moment or closed; one this old belongs to nobody who can write. */
const ABANDONED_MS = 120_000

interface ReadLine {
  readonly line: string
  readonly day: string
  readonly failed: boolean
}

/** A line as it was left on the disk; null for one that was damaged. */
const readLine = (line: string): ReadLine | null => {
  try {
    const row = JSON.parse(line) as { at: string; failure?: unknown }
    return { line, day: dayOf(Date.parse(row.at)), failed: row.failure !== undefined }
  } catch {
    return null
  }
}

const adoptOne = async ({ spool, losses, writeBatch }: AdoptDeps, id: string): Promise<number> => {
  const texts = spool.read(id)
  const lines = texts.map(readLine).filter((line) => line !== null)
  if (lines.length < texts.length) losses.add(texts.length - lines.length, 'lines on the disk are damaged')
  const refused = await writeBatch({
    id,
    lines: lines.map(({ line }) => line),
    days: new Set(lines.map(({ day }) => day)),
    hasFailures: lines.some(({ failed }) => failed),
  })
  spool.remove(id)
  return lines.length - refused
}

/** Returns how many records were written. */
export const adopt = async (deps: AdoptDeps): Promise<number> => {
  const { spool, buffer, clock, logger } = deps
  let taken = 0
  for (const id of spool.abandoned(ABANDONED_MS, clock.now())) if (!buffer.holds(id)) taken += await adoptOne(deps, id)
  buffer.measure()
  if (taken > 0) logger.info({ taken }, 'Records of calls, left by processes that ended, are in the database now')
  return taken
}
