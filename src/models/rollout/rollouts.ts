/**
 * Rollouts: who is answered by which model, what both arms showed, and the next step, by itself or by an administrator.
 * Each change is one row of the decision log, written with the change or not at all.
 */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import { AppError } from '../../errors.ts'
import { sayReason } from '../../reasons.ts'
import type { Catalog, ModelRow, Substitution } from '../../gateway/index.ts'
import type { Clock } from '../../lib/clock.ts'
import { createId } from '../../lib/ids.ts'
import type { Logger } from '../../lib/logger.ts'
import { inEnglish } from '../../statements/say.ts'
import { statement, type Statement } from '../../statements/statement.ts'
import { raiseAlert } from '../alerts/alerts.store.ts'
import { told } from '../alerts/told.ts'
import type { ScheduledTask } from '../schedules/task.ts'
import { isInCandidateArm } from './assignment.ts'
import {
  comparedStages,
  decideRollout,
  DEFAULT_PLAN,
  type Arms,
  type RolloutPlan,
  type RolloutVerdict,
} from './decide.ts'
import { createMeasuring, LABELS, type Measuring } from './measuring.ts'
import { createRolloutsStore, type DecisionAction, type RolloutDecision, type StoredRollout } from './rollouts.store.ts'
import { toSeries, type RolloutSeries } from './series.ts'

export interface ShownRollout extends StoredRollout {
  readonly arms: Arms
}
export interface RolloutDetails extends ShownRollout, RolloutSeries {
  readonly decisions: readonly RolloutDecision[]
}

export interface NewRollout {
  readonly name?: string | undefined
  readonly control: string
  readonly candidate: string
  readonly plan?: { readonly [Field in keyof RolloutPlan]?: RolloutPlan[Field] | undefined } | undefined
}
export type SteerAction = 'promote' | 'stop' | 'resume' | 'roll-back'

export interface Rollouts {
  /** To be given to the gateway, with the meter. */
  readonly substitute: Substitution
  readonly measuring: Measuring
  /** Reads again which rollouts are in effect. */
  load(): Promise<void>
  list(query: { readonly open: boolean; readonly limit: number }): Promise<ShownRollout[]>
  find(id: string): Promise<RolloutDetails>
  create(rollout: NewRollout, by: string): Promise<ShownRollout>
  steer(
    id: string,
    action: SteerAction,
    by: string,
    reason: string,
  ): Promise<{ before: StoredRollout; after: ShownRollout }>
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

/** Name of the one who decides by measurements, in the log. */
export const WATCH = 'watch'

const refOf = ({ provider, key }: Pick<ModelRow, 'provider' | 'key'>): string => `${provider}/${key}`

const checkPlan = ({ stages }: RolloutPlan): void => {
  const grows = stages.every((percent, at) => at === 0 || percent > (stages[at - 1] ?? 0))
  if (grows && stages.at(-1) === 100) return
  const message = 'Stages grow, and the last one is 100'
  throw new AppError('invalid-request', message, { details: { fields: [{ field: 'plan.stages', message }] } })
}

const LOG_ACTIONS: Readonly<Record<Exclude<RolloutVerdict['action'], 'wait'>, DecisionAction>> = {
  promote: 'promoted',
  complete: 'completed',
  'roll-back': 'rolled-back',
}

/** A reason as it is kept: in English, and to be said in other languages. */
const kept = (reason: Statement) => ({ reason: inEnglish(reason), statement: reason })

/** Where a rollout stands after a step. */
const after = (
  one: StoredRollout,
  action: Exclude<RolloutVerdict['action'], 'wait'>,
  now: Date,
): Partial<StoredRollout> => {
  if (action === 'roll-back') return { status: 'rolled-back', percent: 0, endedAt: now }
  const stage = one.stage + 1
  const percent = one.plan.stages[stage] ?? 100
  return percent >= 100
    ? { status: 'completed', stage, percent: 100, stageStartedAt: now, endedAt: now }
    : { status: 'running', stage, percent, stageStartedAt: now }
}

export const createRollouts = ({ db, catalog, clock, logger }: RolloutsDeps): Rollouts => {
  const store = createRolloutsStore(db)
  const measuring = createMeasuring({ db, logger })
  const now = (): Date => new Date(clock.now())
  let inEffect = new Map<string, StoredRollout>()

  const load = async (): Promise<void> => {
    inEffect = new Map((await store.inEffect()).map((one) => [one.control, one]))
  }
  const substitute: Substitution = (row, labels) => {
    const rollout = inEffect.get(refOf(row))
    if (rollout === undefined) return null
    const { id, candidate, control, percent, stage } = rollout
    const userId = labels['userId']
    const reason = sayReason('rollout', { candidate, percent, control })
    // At 100 % there is nobody left to compare with.
    if (percent >= 100) return { candidate, takesPart: true, reason, labels: {} }
    if (userId === undefined) return null
    const takesPart = isInCandidateArm(id, userId, percent)
    return {
      candidate,
      takesPart,
      reason,
      labels: {
        [LABELS.rollout]: id,
        [LABELS.arm]: takesPart ? 'candidate' : 'control',
        [LABELS.stage]: String(stage),
        [LABELS.model]: takesPart ? candidate : control,
      },
    }
  }

  const existing = async (id: string): Promise<StoredRollout> => {
    const found = await store.find(id)
    if (found === undefined) throw new AppError('not-found', 'There is no such rollout', { details: { id } })
    return found
  }
  const withArms = async (one: StoredRollout): Promise<ShownRollout> => {
    // In the stage of 100 % nothing is measured: shown is what led there.
    const compared = Math.min(one.stage, Math.max(0, comparedStages(one.plan) - 1))
    return { ...one, arms: await store.arms(one.id, compared) }
  }

  /** The change and its line in the log, together. False when somebody else was quicker. */
  const apply = (
    one: StoredRollout,
    change: Partial<StoredRollout>,
    decision: Pick<RolloutDecision, 'action' | 'by' | 'reason' | 'comparisons'> & {
      readonly statement: Statement | null
    },
  ): Promise<boolean> =>
    db.transaction().execute(async (transaction) => {
      const within = createRolloutsStore(transaction)
      const { reason, statement: said, comparisons } = decision
      const later = { ...one, ...change, reason, statement: said, comparisons }
      if (!(await within.change(later))) return false
      await within.addDecision(one.id, {
        id: createId(clock.now()),
        at: now(),
        fromPercent: one.percent,
        toPercent: later.percent,
        ...decision,
      })
      const ends = decision.action === 'completed' || decision.action === 'rolled-back'
      if (!ends || decision.by !== WATCH) return true
      const [provider = '', model = ''] = one.candidate.split(/\/(.*)/s)
      const code = decision.action === 'completed' ? ('rollout-completed' as const) : ('rollout-rolled-back' as const)
      const ended = statement(code, { candidate: one.candidate, control: one.control, reason: said })
      const severity = decision.action === 'completed' ? ('info' as const) : ('warning' as const)
      const details = { rolloutId: one.id, comparisons }
      await raiseAlert(
        transaction,
        { kind: 'rollout-ended', provider, model, ...told(ended), details, severity },
        now(),
      )
      return true
    })

  const judge = async (one: StoredRollout): Promise<RolloutVerdict['action']> => {
    const { plan, stage, stageStartedAt } = one
    const [arms, spentMicrocents] = await Promise.all([store.arms(one.id, stage), store.spentMicrocents(one.id)])
    const verdict = decideRollout(
      { plan, stage, stageStartedMs: stageStartedAt.getTime(), arms, spentMicrocents },
      clock.now(),
    )
    const { action, reason, comparisons } = verdict
    if (action === 'wait') {
      await store.change({ ...one, ...kept(reason), comparisons })
      return action
    }
    const decision = { action: LOG_ACTIONS[action], by: WATCH, ...kept(reason), comparisons }
    if (!(await apply(one, after(one, action, now()), decision))) return 'wait'
    logger.info({ rollout: one.id, action, reason: decision.reason }, 'A rollout took a step')
    return action
  }

  const step: Rollouts['step'] = async () => {
    await measuring.flush()
    const running = (await store.inEffect()).filter(({ status }) => status === 'running')
    const done = []
    for (const one of running) done.push({ name: one.name, action: await judge(one) })
    await load()
    return done
  }

  const model = (name: string, field: 'control' | 'candidate'): ModelRow => {
    const row = catalog.find(name)
    const refuse = (message: string): AppError =>
      new AppError('invalid-request', message, { details: { fields: [{ field, message }] } })
    if (row === null) throw refuse(`The catalog has no model “${name}”`)
    if (!row.active) throw refuse(`${refOf(row)} is switched off`)
    return row
  }
  const checkFree = async (names: readonly string[]): Promise<void> => {
    const taken = (await store.inEffect()).find(({ control, candidate, status }) => {
      // A completed one only keeps its control: its candidate is an ordinary model again, which may be replaced.
      const parts = status === 'completed' ? [control] : [control, candidate]
      return names.some((name) => parts.includes(name))
    })
    if (taken === undefined) return
    const message = `${taken.control} and ${taken.candidate} take part in the rollout “${taken.name}”; end it first`
    throw new AppError('conflict', message, { details: { rolloutId: taken.id } })
  }

  const steps: Readonly<
    Record<SteerAction, (one: StoredRollout) => { change: Partial<StoredRollout>; action: DecisionAction } | string>
  > = {
    promote: (one) => {
      if (one.status !== 'running' && one.status !== 'stopped') return 'It has ended'
      const change = after(one, 'promote', now())
      return { change, action: change.status === 'completed' ? 'completed' : 'promoted' }
    },
    stop: (one) =>
      one.status === 'running'
        ? { change: { status: 'stopped' }, action: 'stopped' }
        : 'Only a running one can be held',
    resume: (one) =>
      one.status === 'stopped'
        ? { change: { status: 'running', stageStartedAt: one.stageStartedAt }, action: 'resumed' }
        : 'It is not held',
    'roll-back': (one) =>
      one.status === 'rolled-back'
        ? 'It was rolled back already'
        : { change: after(one, 'roll-back', now()), action: 'rolled-back' },
  }

  return {
    substitute,
    measuring,
    load,
    step,
    async list(query) {
      return Promise.all((await store.list(query)).map(withArms))
    },
    async find(id) {
      await measuring.flush()
      const one = await withArms(await existing(id))
      const [decisions, rows] = await Promise.all([store.decisions(id), store.series(id)])
      return { ...one, decisions, ...toSeries(rows) }
    },
    async create({ name, control, candidate, plan: given }, by) {
      const plan: RolloutPlan = { ...DEFAULT_PLAN, ...(given as Partial<RolloutPlan>) }
      checkPlan(plan)
      const [old, next] = [model(control, 'control'), model(candidate, 'candidate')]
      if (old === next) throw new AppError('invalid-request', 'A model cannot take over from itself')
      const lacking = old.operations.find((operation) => !next.operations.includes(operation))
      if (lacking !== undefined)
        throw new AppError('invalid-request', `${refOf(next)} cannot do what ${refOf(old)} does: ${lacking}`)
      await checkFree([refOf(old), refOf(next)])
      const [percent = 10] = plan.stages
      const rollout: StoredRollout = {
        id: createId(clock.now()),
        name: name ?? `${next.displayName} in place of ${old.displayName}`,
        control: refOf(old),
        candidate: refOf(next),
        plan,
        status: 'running',
        stage: 0,
        percent,
        ...kept(statement('rollout-began')),
        comparisons: [],
        stageStartedAt: now(),
        createdAt: now(),
        createdBy: by,
        endedAt: null,
        version: 0,
      }
      await db.transaction().execute(async (transaction) => {
        const within = createRolloutsStore(transaction)
        await within.insert(rollout)
        const started = { id: createId(clock.now()), at: now(), action: 'started' as const, by, fromPercent: 0 }
        await within.addDecision(rollout.id, {
          ...started,
          toPercent: percent,
          ...kept(statement('rollout-began')),
          comparisons: [],
        })
      })
      await load()
      return withArms(rollout)
    },
    async steer(id, action, by, reason) {
      const before = await existing(id)
      const next = steps[action](before)
      if (typeof next === 'string') throw new AppError('conflict', next, { details: { id, status: before.status } })
      const why = reason === '' ? kept(statement('decided-by', { by })) : { reason, statement: null }
      const decision = { action: next.action, by, ...why, comparisons: before.comparisons }
      if (!(await apply(before, next.change, decision)))
        throw new AppError('conflict', 'Somebody else has changed it meanwhile; look at it again', { details: { id } })
      await load()
      return { before, after: await withArms(await existing(id)) }
    },
    task: {
      name: 'rollouts.step',
      description: 'Compares both arms of every rollout and goes on, waits or rolls back',
      cron: '*/5 * * * *',
      async run() {
        const done = await step()
        const moved = done.filter(({ action }) => action !== 'wait')
        const waiting = done.length - moved.length
        return { statement: statement('rollouts-stepped', { waiting, moved }), result: { rollouts: done } }
      },
    },
  }
}
