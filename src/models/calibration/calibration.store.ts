/** Evidence about token counts per model. Several processes may write: the one with more evidence stays. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import type { CalibrationEvidence } from '../../gateway/index.ts'

export const listCalibrations = (db: Kysely<Database>): Promise<CalibrationEvidence[]> =>
  db.selectFrom('token_calibrations').select(['model', 'count', 'mean', 'spread']).execute()

export const saveCalibrations = async (
  db: Kysely<Database>,
  rows: readonly CalibrationEvidence[],
  now: Date,
): Promise<void> => {
  await db
    .insertInto('token_calibrations')
    .values(rows.map((row) => ({ ...row, updated_at: now })))
    .onConflict((conflict) =>
      conflict
        .column('model')
        .doUpdateSet(({ ref }) => ({
          count: ref('excluded.count'),
          mean: ref('excluded.mean'),
          spread: ref('excluded.spread'),
          updated_at: now,
        }))
        .whereRef('excluded.count', '>=', 'token_calibrations.count'),
    )
    .execute()
}
