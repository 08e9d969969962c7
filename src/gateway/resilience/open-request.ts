/** Everything that one request needs on its way, made at its beginning. */
import { toAppError, type AppError } from '../../errors.ts'
import { sayReason } from '../../reasons.ts'
import type { LearnedRule } from '../catalog/learned-rules.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Meter } from '../metering/meter.ts'
import type { OnRefusal } from '../metering/refusal.ts'
import type { Needs } from '../routing/needs.ts'
import { planRoute, type Plan, type PlanDeps } from '../routing/plan.ts'
import { suggestionsFor, type Suggestions } from '../routing/suggest.ts'
import type { RefusedRequest } from '../learned-rule.ts'
import type { Decision, Usage } from '../types/attempts.ts'
import type { CallOptions } from '../types/call-options.ts'
import type { ModelRow } from '../types/models.ts'
import type { ChatRequest, Operation } from '../types/requests.ts'
import type { Refusal } from './door/gate.ts'
import type { AttemptDeps } from './attempt.ts'
import { createConduct, type Conduct } from './conduct.ts'
import { openRequestSignal } from './deadline.ts'
import { createStory, toDecision, withStory, type Story } from './facts.ts'

export interface RequestDeps extends PlanDeps {
  readonly clock: Clock
  readonly random: () => number
  readonly newId: () => string
  readonly meter: Meter
  readonly costOf: (row: ModelRow, usage: Usage, atMs: number) => number | null
  /** Hears once of every request that is over, why it went where it went. Must not throw and must not wait. */
  readonly onDecision: (record: DecisionRecord) => void
  readonly onRefusal: OnRefusal
}

/** Why a request went to the model that it went to, and how it ended. */
export interface DecisionRecord extends Decision {
  readonly requestId: string
  readonly operation: Operation
  readonly labels: Readonly<Record<string, string>>
  readonly endedAtMs: number
  /** Who answered; null when nobody did. */
  readonly provider: string | null
  readonly model: string | null
  readonly fallbackUsed: boolean
  /** How the last attempt failed, when nobody answered. */
  readonly errorCode: string | null
}

export interface RequestShape {
  readonly model: string
  readonly needs: Needs
  /** The request as it was asked. */
  readonly request: object
  readonly outputTokens: (row: ModelRow) => number
}

export interface OpenRequest {
  readonly story: Story
  readonly plan: Plan
  readonly conduct: Conduct
  readonly attempts: AttemptDeps
  readonly interactive: boolean
  close(): void
}

type Told = Pick<AttemptDeps, 'operation' | 'labels' | 'request'>

const recordSkipped = (story: Story, deps: RequestDeps, told: Told) => {
  return (target: { readonly row: ModelRow; readonly reason: string }, refusal: Refusal): void => {
    const attempt = {
      provider: target.row.provider,
      model: target.row.key,
      credential: null,
      startedAtMs: deps.clock.now(),
      durationMs: 0,
      firstTokenMs: null,
      outcome: 'skipped' as const,
      errorCode: refusal.code,
      errorMessage: refusal.message,
      status: null,
      usage: null,
      costMicrocents: null,
      reason: target.reason,
    }
    story.attempts.push(attempt)
    deps.meter.record({ ...attempt, ...told, requestId: story.requestId, credentialId: null })
  }
}

const lessonOf = ({ provider, model: key, rules, field: parameter }: LearnedRule): string => {
  const model = `${provider}/${key}`
  const name = Object.values(rules.rename ?? {})[0]
  if (name !== undefined) return sayReason('parameter-renamed', { model, parameter, name })
  return rules.toolsNeedEffort === undefined
    ? sayReason('parameter-learned', { model, parameter })
    : sayReason('effort-learned', { model, effort: rules.toolsNeedEffort })
}

const learnedNote = (story: Story) => {
  return (rule: LearnedRule): void =>
    void story.notes.push({
      kind: 'parameter-learned',
      field: rule.field,
      message: lessonOf(rule),
    })
}

/** The names of what the request has. The output cap is always sent, with or without the caller's. */
const fieldsOf = (request: object): ReadonlySet<string> =>
  new Set([
    ...Object.entries(request).flatMap(([name, value]) => (value === undefined ? [] : [name])),
    'maxOutputTokens',
  ])

const toRefused = (request: object): ((row: ModelRow) => RefusedRequest) => {
  const options = (request as Partial<ChatRequest>).providerOptions
  return ({ provider }) => ({ fields: fieldsOf(request), options: options?.[provider] })
}

/** A lazy list: suggestions cost a walk through the catalog and are read only when a request fails. */
const lazySuggestions = (story: Story, compute: () => Suggestions): void => {
  let known: Suggestions | undefined
  Object.defineProperty(story, 'suggested', { get: () => (known ??= compute()), enumerable: true })
}

/** How it ended, when no model was called for it. A caller that left, or that divides its text, was not refused. */
const refusalOf = ({ attempts, failure }: Story, divides: boolean): AppError | null => {
  if (failure === null || failure.code === 'cancelled') return null
  if (divides && failure.code === 'context-too-long') return null
  return attempts.every(({ outcome }) => outcome === 'skipped') ? failure : null
}

/** The story's end as far as it says who answered. */
const decisionOf = (story: Story): Omit<DecisionRecord, 'operation' | 'labels' | 'endedAtMs'> => {
  const last = story.attempts.at(-1)
  const answered = last?.outcome === 'answered' ? last : null
  const name = answered === null ? null : `${answered.provider}/${answered.model}`
  const isAuto = /^auto(:|$)/i.test(story.asked)
  return {
    ...toDecision(story),
    requestId: story.requestId,
    provider: answered?.provider ?? null,
    model: answered?.model ?? null,
    fallbackUsed:
      name !== null &&
      (isAuto ? story.attempts.some(({ outcome }) => outcome === 'failed') : name !== (story.standIn ?? story.asked)),
    errorCode: answered === null ? (last?.errorCode ?? story.skipped[0]?.code ?? 'no-target') : null,
  }
}

export const openRequest = (deps: RequestDeps, shape: RequestShape, options: CallOptions): OpenRequest => {
  const { policy, clock } = deps
  const { needs } = shape
  const interactive = options.interactive ?? true
  const parameterPolicy = options.parameterPolicy ?? policy.parameters
  const requestId = options.requestId ?? deps.newId()
  const noteRefusal = (story: Story, labels: Told['labels']): void => {
    const error = refusalOf(story, options.whenTooLong === 'divide')
    if (error === null) return
    const { operation } = needs
    const atMs = clock.now()
    deps.onRefusal({ requestId, operation, labels, asked: story.asked, atMs, error, request: shape.request })
  }
  let plan: Plan
  try {
    plan = planRoute(deps, shape.model, needs, options, parameterPolicy)
  } catch (thrown) {
    const error = toAppError(thrown)
    const story = { ...createStory(requestId, shape.model), failure: error }
    noteRefusal(story, options.labels ?? {})
    // What is suggested in place of an unknown name is among the details already.
    const suggested = { suggestions: [], ...error.details } as Suggestions
    throw withStory(error, { ...story, suggested })
  }
  const story = createStory(requestId, plan.asked, { chain: plan.chain, standIn: plan.standIn })
  story.targets = plan.targets
  story.skipped = plan.skipped
  lazySuggestions(story, () => suggestionsFor(deps, plan.chosen, needs.operation))
  const deadlineMs = options.deadlineMs ?? (interactive ? policy.deadlineMs.interactive : policy.deadlineMs.background)
  const { signal, close } = openRequestSignal(clock, deadlineMs, options.signal)
  const told: Told = {
    operation: needs.operation,
    labels: { ...options.labels, ...plan.labels },
    request: shape.request,
  }
  const conduct = createConduct({
    clock,
    random: deps.random,
    policy,
    door: deps.door,
    catalog: deps.catalog,
    learned: deps.learned,
    targets: plan.targets,
    skipped: plan.skipped,
    more: () => {
      const { targets, skipped } = plan.more()
      story.targets = [...plan.targets, ...targets]
      story.skipped = [...plan.skipped, ...skipped]
      return targets
    },
    interactive,
    signal,
    requestFor: toRefused(shape.request),
    adaptParameters: parameterPolicy === 'adapt',
    divides: options.whenTooLong === 'divide',
    inputTokens: needs.inputTokens,
    outputTokens: shape.outputTokens,
    onSkipped: recordSkipped(story, deps, told),
    onLearned: learnedNote(story),
  })
  const attempts: AttemptDeps = {
    clock,
    meter: deps.meter,
    costOf: deps.costOf,
    requestId,
    ...told,
    signal,
    parameterPolicy,
    onRecord: (attempt) => void story.attempts.push(attempt),
  }
  return {
    story,
    plan,
    conduct,
    attempts,
    interactive,
    close() {
      close()
      noteRefusal(story, told.labels)
      deps.onDecision({ ...decisionOf(story), operation: needs.operation, labels: told.labels, endedAtMs: clock.now() })
    },
  }
}
