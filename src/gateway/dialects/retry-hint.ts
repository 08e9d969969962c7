/**
 * How long a provider asks us to wait, from whichever of its hints is the most exact: `retry-after-ms`, `retry-after`
 * (seconds or a date), Google's `RetryInfo`, the text of the message, and last the reset headers.
 */
import type { Failure } from './read-failure.ts'

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  us: 0.001,
  µs: 0.001,
  ns: 0.000001,
}

/** A duration as Go prints it (`41m59.542s`, `120ms`, `9m38.016s`) in milliseconds; null when it is none. */
export const parseDuration = (text: string): number | null => {
  const trimmed = text.trim()
  if (!/^(?:\d+(?:\.\d+)?(?:ms|us|µs|ns|[smhd]))+$/.test(trimmed)) return null
  let total = 0
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|us|µs|ns|[smhd])/g))
    total += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0)
  return Math.ceil(total)
}

/** `retry-after`: seconds, or an HTTP date; also the RFC 3339 dates and bare durations of reset headers. */
export const parseMoment = (text: string, nowMs: number): number | null => {
  const trimmed = text.trim()
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Math.ceil(Number(trimmed) * 1000)
  const duration = parseDuration(trimmed)
  if (duration !== null) return duration
  const dateMs = Date.parse(trimmed)
  return Number.isNaN(dateMs) ? null : Math.max(0, dateMs - nowMs)
}

const TEXT_HINT =
  /(?:try again|retry|wait)(?: in| after)?:? (?:about )?((?:\d+(?:\.\d+)?(?:ms|[smhd]))+|\d+(?:\.\d+)?(?= ?seconds?))/i

const textDelay = (message: string): number | null => {
  const found = TEXT_HINT.exec(message)?.[1]
  return found === undefined ? null : parseMoment(found, 0)
}

/** The reset of the limit that is used up; of several, the longest, since all of them must be open. */
const resetDelay = (headers: Readonly<Record<string, string>>, nowMs: number): number | null => {
  const delays = Object.entries(headers).flatMap(([name, value]) => {
    const match =
      /^(x-ratelimit-)remaining(-.+)?$|^(anthropic-ratelimit-.+-)remaining$|^(x-tokenlimit-)remaining$/.exec(name)
    if (match === null || Number(value) !== 0 || value === '') return []
    const resetName = name.replace('remaining', 'reset')
    const delay = parseMoment(headers[resetName] ?? '', nowMs)
    return delay === null ? [] : [delay]
  })
  return delays.length === 0 ? null : Math.max(...delays)
}

/** Milliseconds to wait before the same request makes sense, or null when the provider did not say. */
export const retryDelayMs = (failure: Failure, nowMs: number): number | null => {
  // A hint on an answer that is no refusal is noise (seen at Together on a 200).
  if (failure.status > 0 && failure.status < 400) return null
  const exact = Number(failure.headers['retry-after-ms'])
  if (Number.isFinite(exact) && exact >= 0 && failure.headers['retry-after-ms']) return Math.ceil(exact)
  const after = failure.headers['retry-after']
  const moment = after === undefined ? null : parseMoment(after, nowMs)
  if (moment !== null) return moment
  const info = failure.retryDelay === null ? null : parseDuration(failure.retryDelay)
  return info ?? textDelay(failure.message) ?? resetDelay(failure.headers, nowMs)
}
