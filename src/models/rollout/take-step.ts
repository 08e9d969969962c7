/** The next step of a rollout, and its line in the log: both, or neither. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import type { Clock } from '../../lib/clock.ts'
import { createId } from '../../lib/ids.ts'
import { inEnglish } from '../../statements/say.ts'
import { statement, type Statement } from '../../statements/statement.ts'
import { raiseAlert } from '../alerts/alerts.store.ts'
import { told } from '../alerts/told.ts'
import { createRolloutsStore, type RolloutDecision, type StoredRollout } from './rollouts.store.ts'

/** Name of the one who decides by measurements, in the log. */
export const WATCH = 'watch'

/** A reason as it is kept: in English, and to be said in other languages. */
export const kept = (reason: Statement) => ({ reason: inEnglish(reason), statement: reason })

/** Where a rollout stands after a step. */
export const after = (
  one: StoredRollout,
  action: 'promote' | 'complete' | 'roll-back',
  now: Date,
): Partial<StoredRollout> => {
  if (action === 'roll-back') return { status: 'rolled-back', percent: 0, endedAt: now }
  const stage = one.stage + 1
  const percent = one.plan.stages[stage] ?? 100
  return percent >= 100
    ? { status: 'completed', stage, percent: 100, stageStartedAt: now, endedAt: now }
    : { status: 'running', stage, percent, stageStartedAt: now }
}

export interface StepDecision extends Pick<RolloutDecision, 'action' | 'by' | 'reason' | 'comparisons'> {
  readonly statement: Statement | null
}

/** Administrators hear of an end that nobody of them decided. */
const raiseEnd = async (
  db: Parameters<typeof raiseAlert>[0],
  { id, candidate, control }: StoredRollout,
  decision: StepDecision,
  now: Date,
): Promise<void> => {
  const isCompleted = decision.action === 'completed'
  const [provider = '', model = ''] = candidate.split(/\/(.*)/s)
  const code = isCompleted ? ('rollout-completed' as const) : ('rollout-rolled-back' as const)
  const severity = isCompleted ? ('info' as const) : ('warning' as const)
  const ended = statement(code, { candidate, control, reason: decision.statement })
  const details = { rolloutId: id, comparisons: decision.comparisons }
  await raiseAlert(db, { kind: 'rollout-ended', provider, model, ...told(ended), details, severity }, now)
}

/** False when somebody else was quicker. */
export type TakeStep = (one: StoredRollout, change: Partial<StoredRollout>, decision: StepDecision) => Promise<boolean>

export const createTakeStep =
  ({ db, clock }: { readonly db: Kysely<Database>; readonly clock: Clock }): TakeStep =>
  (one, change, decision) =>
    db.transaction().execute(async (transaction) => {
      const now = new Date(clock.now())
      const store = createRolloutsStore(transaction)
      const { reason, statement: said, comparisons } = decision
      const later = { ...one, ...change, reason, statement: said, comparisons }
      if (!(await store.change(later))) return false
      const id = createId(clock.now())
      const percents = { fromPercent: one.percent, toPercent: later.percent }
      await store.addDecision(one.id, { id, at: now, ...percents, ...decision })
      const ends = decision.action === 'completed' || decision.action === 'rolled-back'
      if (ends && decision.by === WATCH) await raiseEnd(transaction, one, decision, now)
      return true
    })
