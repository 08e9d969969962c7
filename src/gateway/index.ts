/** What the rest of the house may use of the gateway. */
export { createGateway, type Gateway, type GatewayDeps, type GatewayInsight } from './gateway.ts'
export { createCatalog, type Catalog, type LimitCorrection } from './catalog/catalog.ts'
export {
  createLearnedRules,
  type LearnedRule,
  type LearnedRuleName,
  type LearnedRules,
} from './catalog/learned-rules.ts'
export {
  describeRequest,
  type FixedField,
  type ParameterFate,
  type ParameterRule,
  type RequestRules,
  type RuleOwner,
} from './describe/describe-request.ts'
export type { DecisionRecord } from './resilience/open-request.ts'
export { DEFAULT_POLICY, type GatewayPolicy } from './resilience/policy.ts'
export type { AccessSource, ProviderAccess } from './resilience/door/credential-pool.ts'
export type { AttemptRecord, Meter } from './metering/meter.ts'
export type { OnRefusal, RefusalRecord } from './metering/refusal.ts'
export { combineMeters, silentMeter } from './metering/meter.ts'
export type { RememberedCalls } from './metering/statistics.ts'
export { createCalibration, type Calibration, type CalibrationEvidence } from './tokens/calibration.ts'
export { createTokenizers } from './tokens/tokenizers.ts'
export type { Substitute, Substitution } from './routing/substitute.ts'
export { EXPLORATION_PERCENT, standings, type ModelHealth, type Standing } from './routing/preference.ts'
// The neutral language of the gateway: what is asked and what comes back, whichever provider answers. Token counts are
// whole numbers, money is whole microcents (1 USD = 100 000 000), times are milliseconds unless a name says otherwise.
export type * from './types/answers.ts'
export type * from './types/attempts.ts'
export type * from './types/call-options.ts'
export type * from './types/credential.ts'
export type * from './types/json.ts'
export type * from './types/messages.ts'
export type * from './types/models.ts'
export type * from './types/requests.ts'
