/**
 * Once a day: may learned limits be larger than was learned? A limit that nobody named can be up to half too low, and one
 * that was named can be of yesterday. Asked by calls of our own, so that no user's call fails to find out, and within a
 * budget. What a call does not tell (a key, a rate limit, a silent provider) changes nothing.
 */
import { toAppError, type ErrorCode } from '../../errors.ts'
import type { ChatRequest, Gateway, ModelRow } from '../../gateway/index.ts'
import type { Clock } from '../../lib/clock.ts'
import { toArray, toNumber, toObject } from '../../lib/json.ts'
import { statement } from '../../statements/statement.ts'
import { toModelRow } from '../model.ts'
import type { ScheduledTask } from '../schedules/task.ts'
import type { CatalogRow } from '../sync/catalog-row.ts'
import type { SyncTarget } from '../sync/sync-provider.ts'
import type { LimitTrials, TrialOutcome } from './limit-trials.store.ts'
import { nextTrial } from './next-trial.ts'
import { mostTrialCosts, trialRequest } from './trial-request.ts'

export interface GrowLimitsDeps {
  readonly limits: Pick<LimitTrials, 'rows' | 'noteTrial'>
  readonly targets: () => readonly SyncTarget[]
  /** A gateway that knows this one model; it must not count as traffic of users. */
  readonly gatewayFor: (row: ModelRow) => Pick<Gateway, 'chat'>
  readonly count: (row: ModelRow, request: ChatRequest) => number
  readonly refresh: () => Promise<void>
  readonly clock: Clock
}

/** One run spends at most 0.10 USD, in microcents. */
const BUDGET_MICROCENTS = 10_000_000
const MOST_TRIALS = 10
const DEADLINE_MS = 120_000

/** Failures that a model can have only with what it has read. */
const READ: ReadonlySet<ErrorCode> = new Set(['output-truncated', 'output-empty', 'content-refused'])

const outcomeOf = (thrown: unknown): TrialOutcome => {
  const { code, details } = toAppError(thrown)
  if (READ.has(code)) return 'answered'
  // A quota of ours or a body that is too large says nothing about the model.
  if (code !== 'context-too-long' || details['estimated'] === true) return 'untold'
  // The gateway has corrected the catalog by the number.
  return typeof details['contextLimit'] === 'number' ? 'named' : 'refused'
}

const costOfFailure = (thrown: unknown): number =>
  toArray(toAppError(thrown).details['attempts']).reduce<number>(
    (sum, attempt) => sum + (toNumber(toObject(attempt)['costMicrocents']) ?? 0),
    0,
  )

interface Trial {
  readonly row: ModelRow
  readonly tokens: number
  readonly mostMicrocents: number | null
}

interface Tried {
  readonly model: string
  readonly tokens: number
  readonly outcome: TrialOutcome
  readonly costMicrocents: number
}

const toTrials = ({ clock }: GrowLimitsDeps, rows: readonly CatalogRow[]): Trial[] => {
  const day = new Date(clock.now()).toISOString().slice(0, 10)
  return rows.flatMap((stored) => {
    const tokens = nextTrial(stored, clock.now())
    if (tokens === null) return []
    const row = toModelRow(stored, day)
    return [{ row, tokens, mostMicrocents: mostTrialCosts(row, tokens) }]
  })
}

const ask = async (deps: GrowLimitsDeps, { row, tokens }: Trial, signal: AbortSignal): Promise<Tried> => {
  // As if the limit were large enough: otherwise nobody would be asked.
  const larger = { ...row, contextLength: tokens * 2 }
  const request = trialRequest(row, tokens, (one) => deps.count(larger, one))
  const tried = { model: `${row.provider}/${row.key}`, tokens }
  try {
    const options = { fallbackModels: [], deadlineMs: DEADLINE_MS, signal }
    const { costMicrocents } = await deps.gatewayFor(larger).chat(request, options)
    return { ...tried, outcome: 'answered', costMicrocents: costMicrocents ?? 0 }
  } catch (thrown) {
    signal.throwIfAborted()
    return { ...tried, outcome: outcomeOf(thrown), costMicrocents: costOfFailure(thrown) }
  }
}

export const createGrowLimits = (deps: GrowLimitsDeps): ScheduledTask => ({
  name: 'models.limits',
  description: 'Tries whether learned limits of models have grown',
  cron: '0 4 * * *',
  async run({ signal }) {
    const { limits, targets, clock } = deps
    const reachable = targets().flatMap(({ id, unreachable }) => (unreachable === null ? [id] : []))
    const trials = toTrials(deps, await limits.rows(reachable))
    const unpriced = trials.filter(({ mostMicrocents }) => mostMicrocents === null).length
    const tried: Tried[] = []
    let leftMicrocents = BUDGET_MICROCENTS
    for (const trial of trials.toSorted((a, b) => (a.mostMicrocents ?? 0) - (b.mostMicrocents ?? 0))) {
      if (trial.mostMicrocents === null || trial.mostMicrocents > leftMicrocents || tried.length >= MOST_TRIALS)
        continue
      const one = await ask(deps, trial, signal)
      leftMicrocents -= one.costMicrocents
      tried.push(one)
      await limits.noteTrial(trial.row, { tokens: one.tokens, outcome: one.outcome }, new Date(clock.now()))
    }
    if (tried.length > 0) await deps.refresh()
    const grown = tried.flatMap(({ model, outcome }) => (outcome === 'answered' ? [model] : []))
    const left = trials.length - tried.length - unpriced
    return { statement: statement('limits-tried', { tried: tried.length, grown, left, unpriced }), result: { tried } }
  },
})
