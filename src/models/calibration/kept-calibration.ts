/** What is learned about token counts, kept over restarts: read at the start, written once in a while and at the end. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import { createCalibration, type Calibration, type CalibrationEvidence } from '../../gateway/index.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import { listCalibrations, saveCalibrations } from './calibration.store.ts'

export interface KeptCalibration {
  readonly calibration: Calibration
  /** Writes what is new. */
  flush(): Promise<void>
}

/** A minute of evidence may be lost; it comes again. */
const WRITE_EVERY_MS = 60_000

export const createKeptCalibration = async (deps: {
  readonly db: Kysely<Database>
  readonly clock: Clock
  readonly logger: Pick<Logger, 'warn'>
}): Promise<KeptCalibration> => {
  const changed = new Map<string, CalibrationEvidence>()
  let timer: NodeJS.Timeout | null = null
  const flush = async (): Promise<void> => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    const rows = [...changed.values()]
    changed.clear()
    if (rows.length === 0) return
    await saveCalibrations(deps.db, rows, new Date(deps.clock.now())).catch((error: unknown) =>
      deps.logger.warn({ error }, 'What was learned about token counts could not be kept'),
    )
  }
  const calibration = createCalibration(await listCalibrations(deps.db), (evidence) => {
    changed.set(evidence.model, evidence)
    timer ??= setTimeout(() => void flush(), WRITE_EVERY_MS).unref()
  })
  return { calibration, flush }
}
