/** What is said when a file does not come. */
import { AppError } from '../../errors.ts'

export type Fetch = (url: string, init: { signal: AbortSignal; headers?: Record<string, string> }) => Promise<Response>

export const downloadFailed = (message: string, details: Record<string, unknown>, cause?: unknown): AppError =>
  new AppError('speech-download-failed', message, { details, ...(cause === undefined ? {} : { cause }) })

/** `fetch failed` hides what happened in its cause. */
export const reasonOf = (thrown: unknown): string => {
  if (!(thrown instanceof Error)) return String(thrown)
  return thrown.cause instanceof Error ? `${thrown.message}: ${thrown.cause.message}` : thrown.message
}
