/** Failures of the database, told apart once by their SQLSTATE or system code. */
import { AppError } from '../errors.ts'

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''

/** Class 08 is the connection, 57P the server going down or coming up, 53300 too many connections. */
const UNAVAILABLE =
  /^(08...|57P0[1-5]|53300|ECONN.*|ENOENT|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/

const UNAVAILABLE_MESSAGE = /connection terminated|timeout exceeded when trying to connect|not queryable/i

/** Whether trying the same thing on a new connection can work. */
export const isConnectionFailure = (thrown: unknown): boolean =>
  UNAVAILABLE.test(codeOf(thrown)) || (thrown instanceof Error && UNAVAILABLE_MESSAGE.test(thrown.message))

/** A failure of the database as the error a caller meets, or undefined when it is not one of disk or connection. */
export const toDatabaseError = (thrown: unknown): AppError | undefined => {
  if (thrown instanceof AppError) return thrown
  const code = codeOf(thrown)
  if (code === '53100' || code === 'ENOSPC' || code === 'EDQUOT') {
    return new AppError('disk-full', 'The disk that holds the database is full', { cause: thrown })
  }
  if (isConnectionFailure(thrown)) {
    return new AppError('database-unavailable', 'The database did not answer', {
      cause: thrown,
      details: { reason: code },
    })
  }
  return undefined
}
