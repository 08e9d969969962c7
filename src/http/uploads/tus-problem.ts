/** Failures of the tus library in our one error shape. */
import { AppError, type ErrorCode } from '../../errors.ts'
import { toRequestError } from '../error-response.ts'

const CODES: Readonly<Record<number, ErrorCode>> = {
  404: 'not-found',
  405: 'method-not-allowed',
  409: 'conflict',
  410: 'upload-gone',
  413: 'too-large',
  415: 'unsupported-media-type',
}

/** What the library threw: an error of ours, or its own `{ status_code, body }`. */
export const fromTusFailure = (thrown: unknown): AppError => {
  if (typeof thrown !== 'object' || thrown === null || !('status_code' in thrown)) return toRequestError(thrown)
  const { status_code: status, body } = thrown as { status_code: number; body?: string }
  return fromTusAnswer(status, body ?? '')
}

/** An error answer of the library: its text is its reason. */
export const fromTusAnswer = (status: number, body: string): AppError => {
  const reason = body.trim().slice(0, 300) || 'The upload protocol was not followed'
  if (status === 400 && reason.startsWith('Invalid content-type')) {
    return new AppError('unsupported-media-type', 'Parts of an upload are sent as application/offset+octet-stream')
  }
  return new AppError(CODES[status] ?? (status >= 500 ? 'internal' : 'invalid-request'), reason)
}
