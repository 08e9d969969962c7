/** Any body of a refusal (JSON of four shapes, HTML, plain text, nothing) as one record. Judges nothing. */
import { isObject, parseJson, toArray, toNumber, toObject, toText } from '../../lib/json.ts'

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

/** Characters of a provider's own words that are kept. */
export const MESSAGE_LIMIT = 600

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

/** The status in an error event of a stream (Groq's `status_code`, Gemini's `code`), 0 when it says none. */
export const eventStatus = (error: unknown): number => {
  const fields = toObject(toObject(error)['error'])
  return toNumber(fields['status_code']) ?? toNumber(fields['code']) ?? 0
}
