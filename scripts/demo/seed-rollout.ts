/** A rollout that has passed its first stage: what its page shows after two days. */
import type { Kysely } from 'kysely'
import type { Database } from '../../src/db/types.ts'
import { createId } from '../../src/lib/ids.ts'
import { rolloutPlanSchema } from '../../src/http/contract/rollouts.ts'
import { emptyHistogram, noteTime } from '../../src/models/rollout/latency-histogram.ts'
import { inEnglish } from '../../src/statements/say.ts'
import { statement, type Statement } from '../../src/statements/statement.ts'
import type { HistoryModel } from './usage-history.ts'

const HOUR_MS = 3_600_000
const refOf = ({ provider, model }: HistoryModel): string => `${provider}/${model}`

interface SeedRolloutOptions {
  readonly control: HistoryModel
  readonly candidate: HistoryModel
  readonly nowMs: number
}

const measurement = (rolloutId: string, arm: 'control' | 'candidate', stage: number, hourMs: number) => {
  const hourOfDay = new Date(hourMs).getUTCHours()
  const share = stage === 0 ? 0.1 : 0.5
  const calls = Math.round(
    (arm === 'candidate' ? share : 1 - share) * (18 + 14 * Math.sin((hourOfDay / 24) * Math.PI * 2)),
  )
  const usualMs = (arm === 'candidate' ? 1_250 : 1_480) + ((hourOfDay * 37) % 190)
  const times = Array.from({ length: calls }, (_, call) => usualMs * (0.7 + ((call * 29) % 61) / 90))
  const costs = times.map((_, call) => 90_000 + ((call * 7_919) % 40_000))
  const sum = (values: readonly number[], read: (value: number) => number): number =>
    values.reduce((total, value) => total + read(value), 0)
  const square = (value: number): number => Math.log(value) ** 2
  return {
    rollout_id: rolloutId,
    arm,
    stage,
    hour: new Date(hourMs),
    requests: calls,
    failures: hourOfDay % 9 === (arm === 'candidate' ? 4 : 2) ? 1 : 0,
    timed: calls,
    log_ms_sum: sum(times, Math.log),
    log_ms_squares: sum(times, square),
    priced: calls,
    log_cost_sum: sum(costs, Math.log),
    log_cost_squares: sum(costs, square),
    cost_microcents: sum(costs, (cost) => cost),
    latency_histogram: JSON.stringify(times.reduce(noteTime, emptyHistogram)),
  }
}

const said = (reason: Statement) => ({ reason: inEnglish(reason), statement: JSON.stringify(reason) })

const passed = statement('arms-compared', {
  measures: [
    { measure: 'errors', control: 0.008, candidate: 0.006, difference: -0.002 },
    { measure: 'latency', control: 1_560, candidate: 1_330, difference: 0.85 },
    { measure: 'cost', control: 110_000, candidate: 110_000, difference: 1 },
  ],
})

export const seedRollout = async (db: Kysely<Database>, options: SeedRolloutOptions): Promise<void> => {
  const { control, candidate, nowMs } = options
  const id = createId()
  const hour = Math.floor(nowMs / HOUR_MS) * HOUR_MS
  const [startMs, promotedMs] = [hour - 44 * HOUR_MS, hour - 18 * HOUR_MS]
  await db
    .insertInto('rollouts')
    .values({
      id,
      name: 'A quicker model for texts',
      control: refOf(control),
      candidate: refOf(candidate),
      plan: JSON.stringify(rolloutPlanSchema.parse({})),
      status: 'running',
      stage: 1,
      percent: 50,
      ...said(statement('stage-lasts', { minutes: 360 })),
      comparisons: '[]',
      stage_started_at: new Date(promotedMs),
      created_at: new Date(startMs),
      created_by: 'demo@example.com',
      ended_at: null,
      version: 1,
    })
    .execute()
  const decision = (action: string, by: string, from: number, to: number, reason: Statement, atMs: number) => ({
    id: createId(atMs),
    rollout_id: id,
    action,
    decided_by: by,
    from_percent: from,
    to_percent: to,
    ...said(reason),
    comparisons: '[]',
    created_at: new Date(atMs),
  })
  await db
    .insertInto('rollout_decisions')
    .values([
      decision('started', 'demo@example.com', 0, 10, statement('rollout-began'), startMs),
      decision('promoted', 'watch', 10, 50, passed, promotedMs),
    ])
    .execute()
  const hours = Array.from({ length: 44 }, (_, index) => startMs + index * HOUR_MS)
  await db
    .insertInto('rollout_measurements')
    .values(
      hours.flatMap((hourMs) =>
        (['control', 'candidate'] as const).map((arm) => measurement(id, arm, hourMs < promotedMs ? 0 : 1, hourMs)),
      ),
    )
    .execute()
}
