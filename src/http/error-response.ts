/**
 * Whatever was thrown, as RFC 9457 problem details. The only place where a failure becomes an HTTP answer.
 *
 * What is not an AppError of ours says nothing about itself outside: its text may hold a path or a query.
 */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { toDatabaseError } from '../db/failure.ts'
import { AppError, ERRORS, type ErrorCode } from '../errors.ts'
import { isAbort } from '../lib/abort.ts'
import { redact } from '../lib/logger.ts'
import { readReason } from '../reasons.ts'
import type { Problem } from './contract/problem.ts'

export const PROBLEM_TYPE = 'application/problem+json'

/** What Fastify and its plugins throw, by their codes. */
const FRAMEWORK_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'too-large',
  FST_REQ_FILE_TOO_LARGE: 'too-large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'unsupported-media-type',
  FST_ERR_NOT_FOUND: 'not-found',
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  ECONNRESET: 'cancelled',
  ERR_STREAM_PREMATURE_CLOSE: 'cancelled',
}

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''

const statusOf = (thrown: unknown): number =>
  thrown instanceof Error && 'statusCode' in thrown && typeof thrown.statusCode === 'number' ? thrown.statusCode : 500

/** Anything thrown while a request was answered, as an AppError. */
export const toRequestError = (thrown: unknown): AppError => {
  if (thrown instanceof AppError) return thrown
  const known = FRAMEWORK_CODES[codeOf(thrown)]
  if (known !== undefined) return new AppError(known, ERRORS[known].title, { cause: thrown })
  if (isAbort(thrown)) return new AppError('cancelled', 'The request was cancelled', { cause: thrown })
  const status = statusOf(thrown)
  if (status >= 400 && status < 500) return new AppError('invalid-request', messageOf(thrown), { cause: thrown })
  return toDatabaseError(thrown) ?? new AppError('internal', messageOf(thrown), { cause: thrown })
}

/** Field names and what is wrong with each, from a failed validation. */
const fieldsOf = (thrown: unknown): Problem['fields'] => {
  if (!hasZodFastifySchemaValidationErrors(thrown)) return undefined
  return thrown.validation.slice(0, 50).map((issue) => ({
    path: issue.instancePath.replace(/^\//, '').replaceAll('/', '.').slice(0, 200),
    message: issue.message ?? 'is not valid',
  }))
}

const HIDDEN_MESSAGE = 'The server met a failure that it did not expect. Its log holds the cause under this request id.'

export const toProblem = (error: AppError, requestId: string, fields?: Problem['fields']): Problem => {
  const { status, title, advice } = error.entry
  const hidden = error.code === 'internal'
  const { fields: named, ...details } = hidden ? {} : (redact(error.details) as Record<string, unknown>)
  const allFields = fields ?? (named as Problem['fields'])
  return {
    type: `/api/v1/errors#${error.code}`,
    status,
    code: error.code,
    title,
    detail: hidden ? HIDDEN_MESSAGE : (redact(error.message) as string),
    advice,
    requestId,
    because: hidden ? null : readReason(error.message),
    ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
    ...(allFields === undefined ? {} : { fields: allFields }),
    ...(Object.keys(details).length === 0 ? {} : { details }),
  }
}

const describe = (fields: Problem['fields']): string =>
  `Not valid: ${(fields ?? []).map(({ path, message }) => `${path === '' ? 'body' : path} (${message})`).join(', ')}`.slice(
    0,
    500,
  )

/** The answer to a failed request, and its log line: warnings for callers' mistakes, errors for ours. */
export const sendProblem = (thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  const fields = fieldsOf(thrown)
  const error =
    fields === undefined ? toRequestError(thrown) : new AppError('invalid-request', describe(fields), { cause: thrown })
  const problem = toProblem(error, request.id, fields)
  if (problem.status >= 500) request.log.error({ error: thrown }, error.message)
  else request.log.debug({ code: error.code, reason: error.message }, 'Request refused')
  if (error.retryAfterMs !== undefined) void reply.header('retry-after', Math.ceil(error.retryAfterMs / 1000))
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .header('x-request-id', request.id)
    .type(PROBLEM_TYPE)
    .serializer(JSON.stringify)
    .send(problem)
}

/** For a request so broken that it has no route: the same shape. */
export const onFrameworkError = (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
  void sendProblem(error, request, reply)
}
