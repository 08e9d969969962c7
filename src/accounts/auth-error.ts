/** Failures that better-auth answers, as codes of our table. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { isAPIError } from 'better-auth/api'
import { toDatabaseError } from '../db/failure.ts'
import { AppError, type ErrorCode } from '../errors.ts'

const CODES: Readonly<Record<string, ErrorCode>> = {
  USER_ALREADY_EXISTS: 'email-taken',
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: 'email-taken',
  INVALID_EMAIL_OR_PASSWORD: 'sign-in-failed',
  INVALID_PASSWORD: 'sign-in-failed',
  CREDENTIAL_ACCOUNT_NOT_FOUND: 'sign-in-failed',
  INVALID_EMAIL: 'invalid-request',
  PASSWORD_TOO_SHORT: 'invalid-request',
  PASSWORD_TOO_LONG: 'invalid-request',
  SESSION_EXPIRED: 'unauthenticated',
  SESSION_NOT_FRESH: 'unauthenticated',
}

/** better-auth's own code of a failure, or an empty text. */
export const authCodeOf = (thrown: unknown): string => {
  if (!isAPIError(thrown)) return ''
  const body: unknown = thrown.body
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string' ? body.code : ''
}

/** better-auth answers a database that is away with a bare “internal” and tells the cause to its log alone. */
const logged = new AsyncLocalStorage<{ cause: unknown }>()

/** What better-auth writes to its log while it answers a call; whether the call's own failure tells it. */
export const noteAuthLog = (rest: readonly unknown[]): boolean => {
  const call = logged.getStore()
  if (call === undefined) return false
  const cause = rest.find((each) => each instanceof Error)
  call.cause ??= cause
  return cause !== undefined && toDatabaseError(cause) !== undefined
}

const toError = (error: InstanceType<typeof Error> & { status?: unknown }, cause: unknown): AppError => {
  const known = CODES[authCodeOf(error)] ?? (error.status === 'UNAUTHORIZED' ? 'unauthenticated' : undefined)
  const database = known === undefined && cause !== undefined ? toDatabaseError(cause) : undefined
  return database ?? new AppError(known ?? 'internal', error.message, { cause: error })
}

/** Runs a call to better-auth; what it throws leaves as an AppError. */
export const translateAuthErrors = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  const call = { cause: undefined }
  try {
    return await logged.run(call, work)
  } catch (error) {
    throw isAPIError(error) ? toError(error, call.cause) : (toDatabaseError(error) ?? error)
  }
}
