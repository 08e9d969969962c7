/**
 * Rollouts: who is answered by which model, what both arms showed, and the next step, by itself or by an administrator.
 * Each change is one row of the decision log, written with the change or not at all.
 */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import { AppError } from '../../errors.ts'
import type { Catalog, Substitution } from '../../gateway/index.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import { statement } from '../../statements/statement.ts'
import type { ScheduledTask } from '../schedules/task.ts'
import { emptyArm } from './arm.ts'
import { createBegin, type NewRollout } from './begin.ts'
import { comparedStages, type Arms, type RolloutVerdict } from './decide.ts'
import { createJudge } from './judge.ts'
import { createMeasurementsStore } from './measurements.store.ts'
import { createMeasuring, type Measuring } from './measuring.ts'
import { createRolloutsStore, type RolloutDecision, type StoredRollout } from './rollouts.store.ts'
import { toSeries, type RolloutSeries } from './series.ts'
import { steer, type SteerOrder } from './steer.ts'
import { createSubstitute } from './substitute.ts'
import { createTakeStep } from './take-step.ts'

export interface ShownRollout extends StoredRollout {
  readonly arms: Arms
}
export interface RolloutDetails extends ShownRollout, RolloutSeries {
  readonly decisions: readonly RolloutDecision[]
}

export interface Rollouts {
  /** To be given to the gateway, with the meter. */
  readonly substitute: Substitution
  readonly measuring: Measuring
  /** Reads again which rollouts are in effect. */
  load(): Promise<void>
  list(query: { readonly open: boolean; readonly limit: number }): Promise<ShownRollout[]>
  find(id: string): Promise<RolloutDetails>
  create(rollout: NewRollout, by: string): Promise<ShownRollout>
  steer(id: string, order: SteerOrder): Promise<{ before: StoredRollout; after: ShownRollout }>
  /** Judges every running rollout once. What was decided. */
  step(): Promise<{ readonly name: string; readonly action: RolloutVerdict['action'] }[]>
  readonly task: ScheduledTask
}

export interface RolloutsDeps {
  readonly db: Kysely<Database>
  readonly catalog: Pick<Catalog, 'find'>
  readonly clock: Clock
  readonly logger: Pick<Logger, 'info' | 'warn'>
}

/** In the stage of 100 % nothing is measured: shown is what led there. */
const shownStage = ({ stage, plan }: StoredRollout): number => Math.min(stage, Math.max(0, comparedStages(plan) - 1))

const createTask = (step: Rollouts['step']): ScheduledTask => ({
  name: 'rollouts.step',
  description: 'Compares both arms of every rollout and goes on, waits or rolls back',
  cron: '*/5 * * * *',
  async run() {
    const done = await step()
    const moved = done.filter(({ action }) => action !== 'wait')
    const waiting = done.length - moved.length
    return { statement: statement('rollouts-stepped', { waiting, moved }), result: { rollouts: done } }
  },
})

export const createRollouts = ({ db, catalog, clock, logger }: RolloutsDeps): Rollouts => {
  const store = createRolloutsStore(db)
  const measurements = createMeasurementsStore(db)
  const measuring = createMeasuring({ db, logger })
  const { substitute, load } = createSubstitute(store)
  const takeStep = createTakeStep({ db, clock })
  const judge = createJudge({ store, measurements, takeStep, clock, logger })
  const begin = createBegin({ db, catalog, clock })

  const existing = async (id: string): Promise<StoredRollout> => {
    const found = await store.find(id)
    if (found === undefined) throw new AppError('not-found', 'There is no such rollout', { details: { id } })
    return found
  }
  const withArms = async (rollouts: readonly StoredRollout[]): Promise<ShownRollout[]> => {
    const arms = await measurements.armsOf(rollouts.map((one) => ({ rolloutId: one.id, stage: shownStage(one) })))
    const none = { control: emptyArm(), candidate: emptyArm() }
    return rollouts.map((one) => ({ ...one, arms: arms.get(one.id) ?? none }))
  }
  const shown = async (one: StoredRollout): Promise<ShownRollout> => ({
    ...one,
    arms: await measurements.arms(one.id, shownStage(one)),
  })

  const step: Rollouts['step'] = async () => {
    await measuring.flush()
    const running = (await store.inEffect()).filter(({ status }) => status === 'running')
    const done = []
    for (const one of running) done.push({ name: one.name, action: await judge(one) })
    await load()
    return done
  }
  return {
    substitute,
    measuring,
    load,
    step,
    list: async (query) => withArms(await store.list(query)),
    async find(id) {
      await measuring.flush()
      const one = await shown(await existing(id))
      const [decisions, rows] = await Promise.all([store.decisions(id), measurements.series(id)])
      return { ...one, decisions, ...toSeries(rows) }
    },
    async create(rollout, by) {
      const begun = await begin(rollout, by)
      await load()
      return shown(begun)
    },
    async steer(id, order) {
      const before = await existing(id)
      await steer({ takeStep, clock }, before, order)
      await load()
      return { before, after: await shown(await existing(id)) }
    },
    task: createTask(step),
  }
}
