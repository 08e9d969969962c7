/** A gateway's record as the row that is stored. Pure but for the new id. */
import { ERRORS } from '../../../errors.ts'
import type { AttemptRecord, RefusalRecord } from '../../../gateway/index.ts'
import { createId, isId } from '../../../lib/ids.ts'
import { toCause } from '../../error-log/cause.ts'
import { toKeptMessage, toKeptRequest, type PayloadPolicy } from '../../error-log/kept-request.ts'

/** With the names of the columns, so that a line of it in JSON is read by the database as it is. */
export interface AttemptRow {
  readonly id: string
  /** ISO time of its end. */
  readonly at: string
  readonly provider: string
  readonly model: string
  readonly operation: string
  readonly kind: string
  readonly outcome: string
  readonly error_code: string | null
  readonly blame: string | null
  readonly status: number | null
  readonly credential_id: string | null
  readonly credential: string | null
  readonly user_id: string | null
  readonly request_id: string
  readonly transcription_id: string | null
  readonly text_id: string | null
  readonly duration_ms: number
  readonly first_token_ms: number | null
  readonly input_tokens: number | null
  readonly cached_tokens: number | null
  readonly output_tokens: number | null
  readonly reasoning_tokens: number | null
  readonly cost_microcents: number | null
  readonly reason: string
  /** Of a failed one only. */
  readonly failure?: {
    readonly message: string
    readonly cause: string
    readonly cause_message: string
    readonly payload_policy: PayloadPolicy
    readonly payload: unknown
  }
}

const LARGEST_INTEGER = 2 ** 31 - 1

const whole = (value: number): number => Math.min(LARGEST_INTEGER, Math.max(0, Math.round(value)))
const wholeOrNull = (value: number | null | undefined): number | null =>
  value === null || value === undefined ? null : whole(value)
/** PostgreSQL's text takes no zero character and no half of a pair. */
const clean = (text: string, longest: number): string => text.slice(0, longest).replaceAll('\u0000', '').toWellFormed()
const cleanOrNull = (text: string | null | undefined, longest: number): string | null =>
  text === null || text === undefined ? null : clean(text, longest)
const idOrNull = (text: string | undefined): string | null => (text !== undefined && isId(text) ? text : null)

const cleanJson = (value: unknown): unknown =>
  value === null || value === undefined
    ? null
    : JSON.parse(
        JSON.stringify(value, (_key, one: unknown) => (typeof one === 'string' ? clean(one, one.length) : one)),
      )

type Failed = Pick<AttemptRecord, 'provider' | 'model' | 'errorCode' | 'status' | 'request' | 'errorMessage'>

const failureOf = (record: Failed, policy: PayloadPolicy): NonNullable<AttemptRow['failure']> => {
  const { provider, model, errorCode, status, request } = record
  const message = clean(toKeptMessage(record.errorMessage ?? '', request, policy), LARGEST_INTEGER)
  const cause = toCause({ provider, model, code: errorCode ?? 'internal', status, message })
  return {
    message,
    cause: cause.fingerprint,
    cause_message: cause.message,
    payload_policy: policy,
    payload: cleanJson(toKeptRequest(request, policy)),
  }
}

export const toAttemptRow = (record: AttemptRecord, policy: PayloadPolicy): AttemptRow => {
  const { labels, usage, errorCode } = record
  const endedAtMs = record.startedAtMs + record.durationMs
  return {
    id: createId(),
    at: new Date(endedAtMs).toISOString(),
    provider: clean(record.provider, 200),
    model: clean(record.model, 200),
    operation: clean(labels['operation'] ?? record.operation, 60),
    kind: record.operation,
    outcome: record.outcome,
    error_code: errorCode,
    blame: errorCode === null ? null : ERRORS[errorCode].blame,
    status: record.status,
    credential_id: cleanOrNull(record.credentialId, 200),
    credential: cleanOrNull(record.credential, 200),
    user_id: cleanOrNull(labels['userId'], 200),
    request_id: clean(record.requestId, 200),
    transcription_id: idOrNull(labels['transcriptionId']),
    text_id: idOrNull(labels['textId']),
    duration_ms: whole(record.durationMs),
    first_token_ms: wholeOrNull(record.firstTokenMs),
    input_tokens: wholeOrNull(usage?.inputTokens),
    cached_tokens: wholeOrNull(usage?.cachedInputTokens),
    output_tokens: wholeOrNull(usage?.outputTokens),
    reasoning_tokens: wholeOrNull(usage?.reasoningTokens),
    cost_microcents: record.costMicrocents,
    reason: clean(record.reason, 500),
    ...(record.outcome === 'failed' && { failure: failureOf(record, policy) }),
  }
}

/** Of an outcome that attempts do not have: it stands in the error log only, and counts against no model. */
export const REFUSED = 'refused'

/** A request that no model was called for. It names no provider: what was asked for may not exist. */
export const toRefusalRow = (record: RefusalRecord, policy: PayloadPolicy): AttemptRow => {
  const { labels, error, asked, atMs, request, requestId, operation } = record
  const failed = {
    provider: '',
    model: asked,
    errorCode: error.code,
    errorMessage: error.message,
    status: null,
    request,
  }
  return {
    ...toAttemptRow(
      {
        ...failed,
        labels,
        requestId,
        operation,
        credential: null,
        credentialId: null,
        startedAtMs: atMs,
        durationMs: 0,
        firstTokenMs: null,
        outcome: 'skipped',
        usage: null,
        costMicrocents: null,
        reason: '',
      },
      policy,
    ),
    outcome: REFUSED,
    failure: failureOf(failed, policy),
  }
}
