/** Judges a running rollout by what both arms showed, and takes the step that follows. */
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import { decideRollout, type RolloutVerdict } from './decide.ts'
import type { MeasurementsStore } from './measurements.store.ts'
import type { DecisionAction, RolloutsStore, StoredRollout } from './rollouts.store.ts'
import { after, kept, WATCH, type TakeStep } from './take-step.ts'

const LOG_ACTIONS: Readonly<Record<Exclude<RolloutVerdict['action'], 'wait'>, DecisionAction>> = {
  promote: 'promoted',
  complete: 'completed',
  'roll-back': 'rolled-back',
}

export interface JudgeDeps {
  readonly store: Pick<RolloutsStore, 'change'>
  readonly measurements: Pick<MeasurementsStore, 'arms' | 'spentMicrocents'>
  readonly takeStep: TakeStep
  readonly clock: Clock
  readonly logger: Pick<Logger, 'info'>
}

export const createJudge =
  ({ store, measurements, takeStep, clock, logger }: JudgeDeps) =>
  async (one: StoredRollout): Promise<RolloutVerdict['action']> => {
    const { plan, stage, stageStartedAt } = one
    const [arms, spentMicrocents] = await Promise.all([
      measurements.arms(one.id, stage),
      measurements.spentMicrocents(one.id),
    ])
    const stageStartedMs = stageStartedAt.getTime()
    const verdict = decideRollout({ plan, stage, stageStartedMs, arms, spentMicrocents }, clock.now())
    const { action, reason, comparisons } = verdict
    if (action === 'wait') {
      await store.change({ ...one, ...kept(reason), comparisons })
      return action
    }
    const decision = { action: LOG_ACTIONS[action], by: WATCH, ...kept(reason), comparisons }
    if (!(await takeStep(one, after(one, action, new Date(clock.now())), decision))) return 'wait'
    logger.info({ rollout: one.id, action, reason: decision.reason }, 'A rollout took a step')
    return action
  }
