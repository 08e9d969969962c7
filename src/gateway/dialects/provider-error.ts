/**
 * From a provider's refusal to one entry of our table of errors: the first rule that matches, the provider's own, then
 * the general ones, then the status alone. No rule looks at a bare number in a text.
 */
import { AppError } from '../../errors.ts'
import { sayReason } from '../../reasons.ts'
import type { ErrorCode } from '../../errors.ts'
import { contextNumbers, outputNumbers, quotaNumbers } from './context-limit.ts'
import { generalRules, statusCode } from './failure-rules.ts'
import type { FailureRule } from './failure-rules.ts'
import { MESSAGE_LIMIT } from './read-failure.ts'
import type { Failure } from './read-failure.ts'
import { retryDelayMs } from './retry-hint.ts'

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
  return new AppError(
    code,
    `${target.provider}: ${message || sayReason('no-explanation', { status: failure.status })}`,
    {
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
    },
  )
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
