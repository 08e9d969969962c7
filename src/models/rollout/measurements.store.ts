/** What was measured of rollouts: sums by arm, stage and hour. */
import { sql, type Kysely, type Selectable } from 'kysely'
import type { RolloutMeasurementRow } from '../../db/tables/steering.ts'
import type { Database } from '../../db/types.ts'
import { addArms, emptyArm, type ArmName, type ArmSums } from './arm.ts'
import type { Arms } from './decide.ts'
import type { LatencyHistogram } from './latency-histogram.ts'

/** Where a measurement belongs. */
export interface Place {
  readonly rolloutId: string
  readonly arm: ArmName
  readonly stage: number
  readonly hour: Date
}

const toSums = (row: Selectable<RolloutMeasurementRow>): ArmSums => ({
  requests: row.requests,
  failures: row.failures,
  timed: row.timed,
  logMsSum: row.log_ms_sum,
  logMsSquares: row.log_ms_squares,
  priced: row.priced,
  logCostSum: row.log_cost_sum,
  logCostSquares: row.log_cost_squares,
  costMicrocents: row.cost_microcents,
  histogram: row.latency_histogram as LatencyHistogram,
})

const toArms = (rows: readonly Selectable<RolloutMeasurementRow>[]): Arms => {
  const sumOf = (arm: ArmName): ArmSums =>
    rows
      .filter((row) => row.arm === arm)
      .map(toSums)
      .reduce(addArms, emptyArm())
  return { control: sumOf('control'), candidate: sumOf('candidate') }
}

const fromSums = (sums: ArmSums) => ({
  requests: sums.requests,
  failures: sums.failures,
  timed: sums.timed,
  log_ms_sum: sums.logMsSum,
  log_ms_squares: sums.logMsSquares,
  priced: sums.priced,
  log_cost_sum: sums.logCostSum,
  log_cost_squares: sums.logCostSquares,
  cost_microcents: sums.costMicrocents,
  latency_histogram: JSON.stringify(sums.histogram),
})

export type MeasurementsStore = ReturnType<typeof createMeasurementsStore>

export const createMeasurementsStore = (db: Kysely<Database>) => ({
  /** Both arms in a stage. */
  async arms(rolloutId: string, stage: number): Promise<Arms> {
    const rows = await db
      .selectFrom('rollout_measurements')
      .selectAll()
      .where('rollout_id', '=', rolloutId)
      .where('stage', '=', stage)
      .execute()
    return toArms(rows)
  },
  /** Both arms of several rollouts, each in one stage; those without measurements are not in it. */
  async armsOf(places: readonly Pick<Place, 'rolloutId' | 'stage'>[]): Promise<ReadonlyMap<string, Arms>> {
    if (places.length === 0) return new Map()
    const rows = await db
      .selectFrom('rollout_measurements')
      .selectAll()
      .where(({ or, and }) => or(places.map(({ rolloutId, stage }) => and({ rollout_id: rolloutId, stage }))))
      .execute()
    const grouped = Map.groupBy(rows, (row) => row.rollout_id)
    return new Map([...grouped].map(([id, group]) => [id, toArms(group)]))
  },
  async spentMicrocents(rolloutId: string): Promise<number> {
    const row = await db
      .selectFrom('rollout_measurements')
      .select(sql<number>`coalesce(sum(cost_microcents), 0)`.as('spent'))
      .where('rollout_id', '=', rolloutId)
      .where('arm', '=', 'candidate')
      .executeTakeFirstOrThrow()
    return row.spent
  },
  /** By hour, over all stages. */
  async series(rolloutId: string): Promise<{ readonly arm: ArmName; readonly hour: Date; readonly sums: ArmSums }[]> {
    const rows = await db
      .selectFrom('rollout_measurements')
      .selectAll()
      .where('rollout_id', '=', rolloutId)
      .orderBy('hour')
      .execute()
    return rows.map((row) => ({ arm: row.arm, hour: row.hour, sums: toSums(row) }))
  },
})

/** Adds what a process measured to what is there; several processes may do so at once. */
export const addMeasurement = (db: Kysely<Database>, place: Place, sums: ArmSums): Promise<void> =>
  db.transaction().execute(async (transaction) => {
    const key = { rollout_id: place.rolloutId, arm: place.arm, stage: place.stage, hour: place.hour }
    await transaction
      .insertInto('rollout_measurements')
      .values({ ...key, ...fromSums(emptyArm()) })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const kept = await transaction
      .selectFrom('rollout_measurements')
      .selectAll()
      .where((where) => where.and(key))
      .forUpdate()
      .executeTakeFirstOrThrow()
    await transaction
      .updateTable('rollout_measurements')
      .set(fromSums(addArms(toSums(kept), sums)))
      .where((where) => where.and(key))
      .execute()
  })
