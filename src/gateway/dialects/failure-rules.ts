/**
 * The table that turns what providers say into our error codes, for all OpenAI-shaped and unknown speakers. Order
 * matters: the first match wins, the more certain sign stands first, the status alone comes last.
 */
import type { ErrorCode } from '../../errors.ts'
import type { JsonValue } from '../types/json.ts'
import type { Failure } from './read-failure.ts'

/** All conditions that are present must hold. */
export interface FailureRule {
  readonly status?: readonly number[]
  readonly code?: readonly string[]
  readonly type?: readonly string[]
  /** `ErrorInfo.reason` of Google's error details. */
  readonly reason?: readonly string[]
  readonly quotaId?: RegExp
  readonly text?: RegExp
  readonly structured?: boolean
  /** Holds only when the refusal carries no code at all. */
  readonly noCode?: boolean
  readonly then: ErrorCode
  readonly details?: Readonly<Record<string, JsonValue>>
  /** The provider's wait is known to mislead here. */
  readonly ignoreRetryHint?: boolean
}

/** How providers and proxies say that a prompt is longer than the context. */
export const CONTEXT_TEXT =
  /maximum context length|context_length_exceeded|prompt is too long|exceeds the maximum number of tokens allowed|`inputs` tokens \+ `max_new_tokens` must be|exceed(?:s|ed)? (?:the )?context (?:limit|window|length)|is longer than the model's context length|input tokens exceed the configured limit|exceeds the available context size|reduce the length of the messages|exceeds the context window|input is too long for requested model|`inputs` must have less than|maximum prompt length is|too large for model with \d+ maximum context length|context size has been exceeded|context window exceeds limit|range of input length should be/i

const BILLING_TEXT =
  /insufficient[_ ](?:quota|balance|credits)|credit balance is too low|reached your specified api usage limits|exceeded your current quota, please check your plan|spending limit|billing hard limit/i

export const generalRules: readonly FailureRule[] = [
  // Longer than the context
  { code: ['string_above_max_length'], then: 'provider-rejected' },
  { code: ['context_length_exceeded'], then: 'context-too-long' },
  { status: [0, 400, 403, 413, 422, 500], text: CONTEXT_TEXT, then: 'context-too-long' },
  { status: [400], text: /could not finish the message because max_tokens/i, then: 'output-truncated' },

  // Google's own words, which its OpenAI-shaped path and proxies in front of it use too
  { reason: ['API_KEY_INVALID', 'API_KEY_EXPIRED'], then: 'credential-invalid' },
  { status: [429], quotaId: /PerDay/, then: 'provider-daily-limit', ignoreRetryHint: true },
  { status: [429], quotaId: /./, then: 'provider-rate-limited' },
  { status: [400], text: /unexpected model name format/i, then: 'model-not-found' },

  // The key, the account, the money
  { code: ['invalid_api_key', 'account_deactivated'], then: 'credential-invalid' },
  { type: ['authentication_error', 'UNAUTHENTICATED'], then: 'credential-invalid' },
  { status: [401], text: /insufficient permissions|missing scopes/i, then: 'credential-forbidden' },
  { status: [401], then: 'credential-invalid' },
  { status: [403], text: /unregistered callers/i, then: 'credential-invalid' },
  { code: ['insufficient_quota', 'credit_balance_exhausted', 'billing_hard_limit_reached'], then: 'provider-quota' },
  { type: ['insufficient_quota', 'billing_error'], then: 'provider-quota' },
  { code: ['enforced_spend_limit_reached', 'contract_spend_limit_reached'], then: 'provider-quota' },
  { status: [402], then: 'provider-quota' },
  { status: [400, 403, 429], text: BILLING_TEXT, then: 'provider-quota' },
  { code: ['unsupported_country_region_territory'], then: 'credential-forbidden', details: { reason: 'region' } },
  { code: ['model_terms_required'], then: 'credential-forbidden', details: { reason: 'terms' } },

  // The four kinds of "too many": larger than the quota, per day, and the burst that passes
  {
    status: [413, 429],
    text: /request too large for|requested tokens exceed/i,
    then: 'provider-request-too-large',
    ignoreRetryHint: true,
  },
  { status: [429], text: /per day|\((?:TPD|RPD|ASD)\)|daily/i, then: 'provider-daily-limit' },
  { status: [413], then: 'provider-request-too-large', details: { reason: 'bytes' } },
  { code: ['request_too_large'], then: 'provider-request-too-large', details: { reason: 'bytes' } },
  { code: ['audio_too_long'], then: 'provider-request-too-large', details: { reason: 'duration' } },
  { status: [429], then: 'provider-rate-limited' },
  { type: ['rate_limit_error', 'rate_limit_exceeded'], then: 'provider-rate-limited' },
  { code: ['rate_limit_exceeded'], then: 'provider-rate-limited' },

  // The model
  {
    code: ['model_not_found', 'model_not_available', 'model_decommissioned', 'dedicated_endpoint_not_running'],
    then: 'model-not-found',
  },
  {
    status: [400],
    text: /invalid model id|model .{1,200} (?:does not exist|has been decommissioned)/i,
    then: 'model-not-found',
  },
  {
    status: [400],
    text: /does not support (?:chat|embeddings|transcription|image|tools|vision)|is not a multimodal model|content must be a string|image_url is only supported by/i,
    then: 'unsupported-capability',
  },
  {
    status: [404],
    text: /^(?:invalid url|unknown request url|404 page not found|not found\.?$)/i,
    then: 'provider-unreachable',
    details: { reason: 'path' },
  },
  { status: [404], structured: true, then: 'model-not-found' },
  { status: [404, 405], then: 'provider-unreachable', details: { reason: 'path' } },

  // The request
  {
    status: [400, 422],
    text: /max_tokens is too large|maximum allowed number of output tokens|`max_(?:completion_|new_)?tokens` must be|maxOutputTokens value of/i,
    then: 'unsupported-parameter',
    details: { reason: 'output-cap' },
  },
  { code: ['unsupported_parameter', 'unsupported_value'], then: 'unsupported-parameter' },
  {
    status: [400],
    text: /^unsupported (?:parameter|value)|extra inputs are not permitted|unknown name "|property ['"`][\w.]+['"`] is unsupported/i,
    then: 'unsupported-parameter',
  },
  // Servers that transcribe without times say so in a sentence.
  {
    status: [400, 422],
    text: /not support.{0,20}verbose_json|verbose_json.{0,60}not (?:supported|compatible)/i,
    then: 'unsupported-parameter',
    details: { parameter: 'response_format' },
  },
  { status: [400], text: /function tools with reasoning_effort are not supported/i, then: 'unsupported-parameter' },
  { code: ['tool_use_failed', 'json_validate_failed'], then: 'output-invalid' },
  {
    code: ['content_filter', 'content_policy_violation', 'moderation_blocked', 'invalid_prompt'],
    then: 'content-refused',
  },
  {
    // 0 is an event within a stream: what was written so far is refused.
    status: [0, 200, 400, 403, 422],
    text: /content (?:management |filtering )?policy|content exists risk|flagged by (?:our )?(?:safety|moderation)|safety system/i,
    then: 'content-refused',
  },
  { status: [403], then: 'credential-forbidden' },

  // The provider's own trouble
  { code: ['server_is_overloaded', 'slow_down', 'capacity_exceeded'], then: 'provider-overloaded' },
  { type: ['overloaded_error'], then: 'provider-overloaded' },
  { type: ['timeout_error'], then: 'provider-timeout' },
  { status: [0, 200], text: /overloaded|server busy|service unavailable/i, then: 'provider-overloaded' },
  // With a status of its own, such as 503, the status says more.
  { status: [0, 200, 500], type: ['api_error', 'server_error'], then: 'provider-error' },
]

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  408: 'provider-timeout',
  409: 'provider-error',
  424: 'provider-error',
  425: 'provider-error',
  498: 'provider-overloaded',
  499: 'provider-error',
  503: 'provider-overloaded',
  504: 'provider-timeout',
  522: 'provider-timeout',
  524: 'provider-timeout',
  529: 'provider-overloaded',
}

/** The code when the status is all there is; 0 is an error inside a stream whose cause nobody named. */
export const statusCode = (failure: Failure): ErrorCode => {
  const known = BY_STATUS[failure.status]
  if (known !== undefined) return known
  if (failure.status === 0) return 'stream-interrupted'
  if (failure.status >= 500) return 'provider-error'
  if (failure.status >= 300 && failure.status < 400) return 'provider-unreachable'
  return failure.status < 300 ? 'provider-error' : 'provider-rejected'
}
