import type { ErrorCode } from '../../errors.ts'
import type { Failure } from './read-failure.ts'

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
