/** The troubles that administrators are told, and how each is judged until an administrator changes it. */

export const ALERT_KINDS = [
  'model-error-rate',
  'model-auto-disabled',
  'model-recovered',
  'model-latency',
  'breaker-open',
  'model-list-held',
  'model-sync-failed',
  'fallback-target-dead',
  'credential-failing',
  'budget',
  'user-budget-near',
  'user-budget-used-up',
  'queue-age',
  'disk',
  'schedule-failed',
  'rollout-ended',
] as const
export type AlertKind = (typeof ALERT_KINDS)[number]

export const SEVERITIES = ['info', 'warning', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

export const isAtLeast = (severity: Severity, least: Severity): boolean =>
  SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(least)

export type RuleUnit = 'share' | 'milliseconds' | 'minutes' | 'times' | 'usd'

export interface AlertRule {
  readonly kind: AlertKind
  readonly enabled: boolean
  readonly severity: Severity
  /** Null where the rule tells of events, and for a budget that nobody set. */
  readonly threshold: number | null
  readonly windowMinutes: number | null
  readonly minimumSamples: number | null
  /** The same trouble is not told again before this. */
  readonly coolDownMinutes: number
  /** What follows good probes of a model that was switched off. */
  readonly recovery: 'propose' | 'enable' | null
}

export interface RuleKind extends Omit<AlertRule, 'kind'> {
  readonly description: string
  readonly unit: RuleUnit | null
}

const event = (description: string, severity: Severity): RuleKind => ({
  description,
  severity,
  unit: null,
  enabled: true,
  threshold: null,
  windowMinutes: null,
  minimumSamples: null,
  coolDownMinutes: 60,
  recovery: null,
})
const rule = (
  description: string,
  severity: Severity,
  watched: Pick<RuleKind, 'unit' | 'threshold'> & Partial<RuleKind>,
): RuleKind => ({ ...event(description, severity), ...watched })

export const RULE_KINDS: Readonly<Record<AlertKind, RuleKind>> = Object.freeze({
  'model-error-rate': rule('A model fails often, by its provider’s fault', 'warning', {
    unit: 'share',
    threshold: 0.1,
    windowMinutes: 60,
    minimumSamples: 20,
    coolDownMinutes: 6 * 60,
  }),
  'model-auto-disabled': rule('A model fails so often that it is switched off', 'critical', {
    unit: 'share',
    threshold: 0.5,
    windowMinutes: 24 * 60,
    minimumSamples: 20,
    coolDownMinutes: 0,
    recovery: 'propose',
  }),
  'model-recovered': {
    ...event('A model that was switched off for its errors answers again', 'info'),
    coolDownMinutes: 0,
  },
  'model-latency': rule('A model’s slow answers take many times as long as in the week before', 'warning', {
    unit: 'times',
    threshold: 3,
    windowMinutes: 60,
    minimumSamples: 30,
    coolDownMinutes: 12 * 60,
  }),
  'breaker-open': rule('Calls to a model are held back after failures, and it stays so', 'warning', {
    unit: 'minutes',
    threshold: 5,
    coolDownMinutes: 6 * 60,
  }),
  'model-list-held': event('A provider’s list was not believed and waits for a decision', 'warning'),
  'model-sync-failed': event('A provider’s list could not be read', 'warning'),
  'fallback-target-dead': event('A fallback chain names a model that cannot answer', 'warning'),
  'credential-failing': event('A provider refuses a key', 'critical'),
  budget: rule('All providers together cost more in this month than planned', 'critical', {
    unit: 'usd',
    threshold: null,
    coolDownMinutes: 7 * 24 * 60,
  }),
  // Users may be many: who wants to hear of each of them says so.
  'user-budget-near': rule('A user has spent most of the month’s budget', 'info', {
    unit: 'share',
    threshold: 0.8,
    enabled: false,
    coolDownMinutes: 7 * 24 * 60,
  }),
  'user-budget-used-up': {
    ...event('A user’s budget for the month is used up: work is refused', 'warning'),
    enabled: false,
    coolDownMinutes: 24 * 60,
  },
  'queue-age': rule('Work waits in the queue for long', 'warning', {
    unit: 'minutes',
    threshold: 30,
    coolDownMinutes: 6 * 60,
  }),
  disk: rule('The disk of the data folder is nearly full', 'critical', {
    unit: 'share',
    threshold: 0.1,
    coolDownMinutes: 24 * 60,
  }),
  'schedule-failed': event('Something that is done by the calendar failed', 'warning'),
  'rollout-ended': { ...event('A rollout reached all users or was rolled back', 'warning'), coolDownMinutes: 0 },
})
