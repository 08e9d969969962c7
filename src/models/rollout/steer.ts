/** What an administrator decides in place of the measurements. */
import type { Clock } from '../../lib/clock.ts'
import { AppError } from '../../errors.ts'
import { statement } from '../../statements/statement.ts'
import type { DecisionAction, StoredRollout } from './rollouts.store.ts'
import { after, kept, type TakeStep } from './take-step.ts'

export type SteerAction = 'promote' | 'stop' | 'resume' | 'roll-back'

interface Step {
  readonly change: Partial<StoredRollout>
  readonly action: DecisionAction
}

/** The step, or why there is none. */
const STEPS: Readonly<Record<SteerAction, (one: StoredRollout, now: Date) => Step | string>> = {
  promote: (one, now) => {
    if (one.status !== 'running' && one.status !== 'stopped') return 'It has ended'
    const change = after(one, 'promote', now)
    return { change, action: change.status === 'completed' ? 'completed' : 'promoted' }
  },
  stop: (one) =>
    one.status === 'running' ? { change: { status: 'stopped' }, action: 'stopped' } : 'Only a running one can be held',
  resume: (one) =>
    one.status === 'stopped'
      ? { change: { status: 'running', stageStartedAt: one.stageStartedAt }, action: 'resumed' }
      : 'It is not held',
  'roll-back': (one, now) =>
    one.status === 'rolled-back'
      ? 'It was rolled back already'
      : { change: after(one, 'roll-back', now), action: 'rolled-back' },
}

export interface SteerOrder {
  readonly action: SteerAction
  readonly by: string
  /** Empty: the log says who decided, and nothing else. */
  readonly reason: string
}

/** Error: `conflict`, where the step cannot be taken, or somebody else was quicker. */
export const steer = async (
  { takeStep, clock }: { readonly takeStep: TakeStep; readonly clock: Clock },
  one: StoredRollout,
  { action, by, reason }: SteerOrder,
): Promise<void> => {
  const { id, status, comparisons } = one
  const next = STEPS[action](one, new Date(clock.now()))
  if (typeof next === 'string') throw new AppError('conflict', next, { details: { id, status } })
  const why = reason === '' ? kept(statement('decided-by', { by })) : { reason, statement: null }
  if (!(await takeStep(one, next.change, { action: next.action, by, ...why, comparisons })))
    throw new AppError('conflict', 'Somebody else has changed it meanwhile; look at it again', { details: { id } })
}
