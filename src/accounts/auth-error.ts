/** Failures that better-auth answers, as codes of our table. */
import { isAPIError } from 'better-auth/api'
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

/** Runs a call to better-auth; what it throws leaves as an AppError. */
export const translateAuthErrors = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work()
  } catch (error) {
    if (!isAPIError(error)) throw error
    const code = CODES[authCodeOf(error)] ?? (error.status === 'UNAUTHORIZED' ? 'unauthenticated' : 'internal')
    throw new AppError(code, error.message, { cause: error })
  }
}
