/** The rules: facts in, findings out. Pure, so that each can be tried at its very border. */
import { statement, type Statement } from '../../statements/statement.ts'
import type { AlertKind, AlertRule } from './kinds.ts'
import type { ModelWindow } from './call-windows.ts'

export interface Finding {
  readonly kind: AlertKind
  /** `unclear` neither raises nor resolves: between the threshold and what counts as over. */
  readonly state: 'firing' | 'fine' | 'unclear'
  /** Empty where no provider is concerned. */
  readonly provider: string
  readonly model?: string
  readonly statement: Statement
  readonly details: Readonly<Record<string, unknown>>
}

/** Something that a process sees of its gateway now. */
export interface Signal {
  readonly kind: 'breaker' | 'credential'
  readonly provider: string
  /** Model, or name of the key. */
  readonly subject: string
  /** How the provider put it; empty for a breaker. */
  readonly message: string
  readonly sinceMs: number
}

/** A user's month, where there is a budget for it. */
export interface UserBudget {
  /** The email. */
  readonly user: string
  readonly spentCredits: number
  readonly budgetCredits: number
  /** Work was refused for it within the last day. */
  readonly refused: boolean
}

export interface AlertFacts {
  readonly nowMs: number
  /** Of the error-rate rule's window. */
  readonly forErrors: readonly ModelWindow[]
  /** Of the latency rule's window, and of the week before it. */
  readonly forLatency: readonly ModelWindow[]
  readonly usual: readonly ModelWindow[]
  readonly signals: readonly Signal[]
  readonly queues: readonly { readonly name: string; readonly oldestMs: number; readonly waiting: number }[]
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number } | null
  readonly monthCostUsd: number | null
  readonly userBudgets: readonly UserBudget[]
}

/** A trouble counts as over only clearly below its threshold, so that it does not come and go. */
const OVER = 0.8
const MINUTE_MS = 60_000

const nameOf = ({ provider, model }: ModelWindow): string => `${provider}/${model}`

const stateOf = (value: number, threshold: number): Finding['state'] => {
  if (value > threshold) return 'firing'
  return value < threshold * OVER ? 'fine' : 'unclear'
}

export const errorRateOf = ({ requests, failures }: Pick<ModelWindow, 'requests' | 'failures'>): number =>
  requests === 0 ? 0 : failures / requests

const errorRate = (rule: AlertRule, { forErrors }: AlertFacts): Finding[] =>
  forErrors
    .filter(({ requests }) => requests >= (rule.minimumSamples ?? 1))
    .map((one) => {
      const value = errorRateOf(one)
      const threshold = rule.threshold ?? 1
      return {
        kind: rule.kind,
        state: stateOf(value, threshold),
        provider: one.provider,
        model: one.model,
        statement: statement('model-failing', {
          model: nameOf(one),
          failures: one.failures,
          requests: one.requests,
          rate: value,
          minutes: rule.windowMinutes ?? 0,
        }),
        details: {
          value,
          threshold,
          requests: one.requests,
          failures: one.failures,
          windowMinutes: rule.windowMinutes,
        },
      }
    })

const latency = (rule: AlertRule, { forLatency, usual }: AlertFacts): Finding[] => {
  const enough = rule.minimumSamples ?? 1
  const before = new Map(usual.filter(({ requests }) => requests >= enough).map((one) => [nameOf(one), one.p95Ms]))
  return forLatency.flatMap((one) => {
    const usualMs = before.get(nameOf(one)) ?? null
    if (one.requests < enough || one.p95Ms === null || usualMs === null) return []
    const [value, threshold] = [one.p95Ms / Math.max(1, usualMs), rule.threshold ?? Infinity]
    return [
      {
        kind: rule.kind,
        state: stateOf(value, threshold),
        provider: one.provider,
        model: one.model,
        statement: statement('model-slow', { model: nameOf(one), p95Ms: one.p95Ms, times: value }),
        details: { value, threshold, p95Ms: one.p95Ms, usualP95Ms: usualMs, requests: one.requests },
      },
    ]
  })
}

const breaker = (rule: AlertRule, { signals, nowMs }: AlertFacts): Finding[] =>
  signals
    .filter(({ kind, sinceMs }) => kind === 'breaker' && nowMs - sinceMs >= (rule.threshold ?? 0) * MINUTE_MS)
    .map(({ provider, subject, sinceMs }) => ({
      kind: rule.kind,
      state: 'firing',
      provider,
      model: subject,
      statement: statement('model-held-back', { model: `${provider}/${subject}` }),
      details: {
        value: (nowMs - sinceMs) / MINUTE_MS,
        threshold: rule.threshold,
        since: new Date(sinceMs).toISOString(),
      },
    }))

const credential = (rule: AlertRule, { signals }: AlertFacts): Finding[] =>
  signals
    .filter(({ kind }) => kind === 'credential')
    .map(({ provider, subject, message, sinceMs }) => ({
      kind: rule.kind,
      state: 'firing',
      provider,
      model: subject,
      statement: statement('key-refused', { key: subject, provider, error: message }),
      details: { credential: subject, since: new Date(sinceMs).toISOString() },
    }))

const budget = (rule: AlertRule, { monthCostUsd }: AlertFacts): Finding[] => {
  const { kind, threshold } = rule
  if (threshold === null || monthCostUsd === null) return []
  const told = statement('providers-cost', { spentUsd: monthCostUsd, plannedUsd: threshold })
  const state = monthCostUsd > threshold ? 'firing' : 'fine'
  return [{ kind, state, provider: '', statement: told, details: { value: monthCostUsd, threshold } }]
}

const queueAge = (rule: AlertRule, { queues }: AlertFacts): Finding[] =>
  queues.map(({ name, oldestMs, waiting }) => {
    const [value, threshold] = [oldestMs / MINUTE_MS, rule.threshold ?? Infinity]
    return {
      kind: rule.kind,
      state: stateOf(value, threshold),
      provider: '',
      model: name,
      statement: statement('work-waits', { queue: name, minutes: value, waiting }),
      details: { value, threshold, queue: name, waiting },
    }
  })

const disk = (rule: AlertRule, { disk: space }: AlertFacts): Finding[] => {
  if (space === null || space.totalBytes === 0) return []
  const [value, threshold] = [space.freeBytes / space.totalBytes, rule.threshold ?? 0]
  const state = value < threshold ? 'firing' : value > threshold / OVER ? 'fine' : 'unclear'
  const told = statement('disk-nearly-full', { freeShare: value, freeBytes: space.freeBytes })
  return [{ kind: rule.kind, state, provider: '', statement: told, details: { value, threshold, ...space } }]
}

const shareOf = ({ spentCredits, budgetCredits }: UserBudget): number => spentCredits / budgetCredits
/** What is left is too little for the work that was asked for, so nobody gets to the last credit. */
const isUsedUp = (one: UserBudget): boolean => shareOf(one) >= 1 || one.refused

const userFinding = (
  rule: AlertRule,
  code: 'user-budget-near' | 'user-budget-used-up',
  one: UserBudget,
  state: Finding['state'],
): Finding => {
  const { user, spentCredits, budgetCredits } = one
  return {
    kind: rule.kind,
    state,
    provider: '',
    model: user,
    statement: statement(code, { user, spentCredits, budgetCredits }),
    details: { value: shareOf(one), threshold: rule.threshold, spentCredits, budgetCredits, refused: one.refused },
  }
}

/** Once it is used up, that it is near is neither news nor over. */
const budgetNear = (rule: AlertRule, { userBudgets }: AlertFacts): Finding[] =>
  userBudgets
    .filter((one) => shareOf(one) >= (rule.threshold ?? 1))
    .map((one) => userFinding(rule, 'user-budget-near', one, isUsedUp(one) ? 'unclear' : 'firing'))

const budgetUsedUp = (rule: AlertRule, { userBudgets }: AlertFacts): Finding[] =>
  userBudgets.filter(isUsedUp).map((one) => userFinding(rule, 'user-budget-used-up', one, 'firing'))

type Evaluator = (rule: AlertRule, facts: AlertFacts) => Finding[]

/** Kinds that are not here tell of events: whoever sees one raises it. */
export const EVALUATORS: Readonly<Partial<Record<AlertKind, Evaluator>>> = Object.freeze({
  'model-error-rate': errorRate,
  'model-latency': latency,
  'breaker-open': breaker,
  'credential-failing': credential,
  budget,
  'user-budget-near': budgetNear,
  'user-budget-used-up': budgetUsedUp,
  'queue-age': queueAge,
  disk,
})

export const evaluateRules = (rules: readonly AlertRule[], facts: AlertFacts): Finding[] =>
  rules.filter(({ enabled }) => enabled).flatMap((rule) => EVALUATORS[rule.kind]?.(rule, facts) ?? [])
