/**
 * From a provider's refusal to one entry of our table of errors.
 *
 * Reads any body (JSON of four shapes, HTML, plain text, nothing) into `Failure`, then takes the first rule that
 * matches: the provider's own, then the general ones, then the status alone. No rule looks at a bare number in a text.
 */
import { AppError } from '../../errors.ts'
import type { ErrorCode } from '../../errors.ts'
import { isObject, parseJson, toArray, toNumber, toObject, toText } from '../../lib/json.ts'
import { contextNumbers, outputNumbers, quotaNumbers } from './context-limit.ts'
import { generalRules, statusCode } from './failure-rules.ts'
import type { FailureRule } from './failure-rules.ts'
import { retryDelayMs } from './retry-hint.ts'

/** What a refusal says, whoever said it. */
export interface Failure {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly code: string | null
  readonly type: string | null
  readonly message: string
  readonly parameter: string | null
  readonly quotaIds: readonly string[]
  readonly reasons: readonly string[]
  readonly retryDelay: string | null
  readonly failedGeneration: string | null
  /** The body was JSON with an error in it, so a real API spoke and not a proxy or another server. */
  readonly structured: boolean
}

/** Raised inside a decoder when a 200 stream carries an error or stops too early; the caller gives it its target. */
export class WireError extends Error {
  readonly failure: Failure | null
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, failure: Failure | null = null) {
    super(message)
    this.name = 'WireError'
    this.code = code
    this.failure = failure
  }
}

const MESSAGE_LIMIT = 600

/** Reads the body of a refusal, whatever it is. */
export const readFailure = (status: number, headers: Readonly<Record<string, string>>, body: unknown): Failure => {
  const parsed = typeof body === 'string' ? (parseJson(body) ?? body) : body
  const root: unknown = Array.isArray(parsed) ? parsed[0] : parsed
  if (!isObject(root)) return { ...NOTHING, status, headers, message: plainMessage(root) }
  const error = isObject(root['error']) ? root['error'] : root
  const details = toArray(error['details']).map(toObject)
  return {
    status,
    headers,
    code: codeOf(error),
    type: toText(error['type']) ?? toText(error['status']) ?? toText(root['type']),
    message:
      toText(error['message']) ?? toText(root['error']) ?? toText(root['message']) ?? toText(root['detail']) ?? '',
    parameter: toText(error['param']),
    quotaIds: details.flatMap((detail) =>
      toArray(detail['violations']).flatMap((one) => toText(toObject(one)['quotaId']) ?? []),
    ),
    reasons: details.flatMap((detail) => toText(detail['reason']) ?? []),
    retryDelay: details.map((detail) => toText(detail['retryDelay'])).find((delay) => delay !== null) ?? null,
    failedGeneration: toText(error['failed_generation']),
    structured: 'error' in root || root['type'] === 'error' || 'message' in root || 'detail' in root,
  }
}

const NOTHING = {
  code: null,
  type: null,
  parameter: null,
  quotaIds: [],
  reasons: [],
  retryDelay: null,
  failedGeneration: null,
  structured: false,
}

// `error.code` is a string at most providers, a number at Gemini, and inside `details` at Anthropic.
const codeOf = (error: Readonly<Record<string, unknown>>): string | null =>
  toText(error['code']) ?? toText(toObject(error['details'])['error_code'])

/** What a person can read of a body that is no JSON: the title of a page, or the text itself. */
const plainMessage = (body: unknown): string => {
  if (typeof body !== 'string') return ''
  const title = /<title[^>]*>([^<]{1,200})</i.exec(body)?.[1]
  return (title ?? body.replace(/<[^>]*>/g, ' ')).replace(/\s+/g, ' ').trim().slice(0, MESSAGE_LIMIT)
}

export interface FailureTarget {
  readonly provider: string
  readonly model: string | null
  readonly rules: readonly FailureRule[]
  /** Taken out of every text, should the provider echo it. */
  readonly secret: string | null
  readonly nowMs: number
}

/** The AppError of a refusal, with the facts that the person who has to act needs. */
export const toProviderError = (failure: Failure, target: FailureTarget, fallback?: ErrorCode): AppError => {
  const rule = [...target.rules, ...generalRules].find((one) => matches(one, failure))
  const code = rule?.then ?? fallback ?? statusCode(failure)
  const message = maskSecrets(failure.message, target.secret).slice(0, MESSAGE_LIMIT)
  const retryAfterMs = retryDelayMs(failure, target.nowMs)
  return new AppError(code, `${target.provider}: ${message || `status ${failure.status} without an explanation`}`, {
    details: {
      provider: target.provider,
      model: target.model,
      ...(failure.status > 0 ? { status: failure.status } : {}),
      ...present({
        providerCode: failure.code ?? failure.type,
        providerMessage: message,
        quotaId: failure.quotaIds[0],
        failedGeneration: failure.failedGeneration?.slice(0, 2000),
        ...(code === 'unsupported-parameter' ? { parameter: parameterOf(failure) } : {}),
        ...(rule?.details?.['reason'] === 'output-cap' ? outputNumbers(failure.message) : {}),
        ...(code === 'context-too-long' ? contextNumbers(failure.message) : {}),
        ...(code === 'provider-request-too-large' ? quotaNumbers(failure.message) : {}),
        ...rule?.details,
      }),
      ...retryWish(failure),
    },
    ...(retryAfterMs === null || rule?.ignoreRetryHint ? {} : { retryAfterMs }),
  })
}

const present = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== ''),
  )

const retryWish = (failure: Failure): { shouldRetry?: boolean } => {
  const wish = failure.headers['x-should-retry']
  return wish === 'true' ? { shouldRetry: true } : wish === 'false' ? { shouldRetry: false } : {}
}

const matches = (rule: FailureRule, failure: Failure): boolean =>
  (rule.status === undefined || rule.status.includes(failure.status)) &&
  (rule.code === undefined || rule.code.includes(failure.code ?? '')) &&
  (rule.type === undefined || rule.type.includes(failure.type ?? '')) &&
  (rule.reason === undefined || failure.reasons.some((reason) => rule.reason?.includes(reason))) &&
  (rule.quotaId === undefined || failure.quotaIds.some((id) => rule.quotaId?.test(id))) &&
  (rule.text === undefined || rule.text.test(failure.message)) &&
  (rule.structured === undefined || rule.structured === failure.structured) &&
  (rule.noCode !== true || failure.code === null)

const NAMED_FIELD = [
  /`(max_\w+)` must be|^(max_tokens): \d|(maxOutputTokens) value/i,
  /(?:parameter|value|field|argument)s?:?\s+['"`]?([a-z_][\w.]*)['"`]?/i,
  /^([a-z_][\w.]*): extra inputs are not permitted/i,
  /unknown name "([^"]+)"/i,
  /property ['"`]([\w.]+)['"`] is unsupported/i,
  /`([a-z_][\w.]*)` (?:is|are) (?:not supported|deprecated)/i,
]

/** The field a refusal names, as the wire calls it. */
const parameterOf = (failure: Failure): string | null =>
  failure.parameter ??
  NAMED_FIELD.flatMap((pattern) => pattern.exec(failure.message)?.slice(1) ?? []).find(Boolean) ??
  null

const KEY_SHAPES = /\b(sk-[\w-]{6,}|gsk_\w{6,}|tgp_v1_[\w-]{6,}|AIza[\w-]{10,}|xai-\w{6,}|Bearer\s+[\w.~+/-]{8,})/g

/** The text without anything that looks like a key, nor the key that was used. */
export const maskSecrets = (text: string, secret: string | null): string => {
  const masked = secret !== null && secret.length >= 4 ? text.replaceAll(secret, '…') : text
  return masked.replace(KEY_SHAPES, (key) => `${key.slice(0, 4)}…`)
}

/** The status in an error event of a stream (Groq's `status_code`, Gemini's `code`), 0 when it says none. */
export const eventStatus = (error: unknown): number => {
  const fields = toObject(toObject(error)['error'])
  return toNumber(fields['status_code']) ?? toNumber(fields['code']) ?? 0
}
