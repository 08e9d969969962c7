/** One way to stop: an aborted signal becomes the error `cancelled`. */
import { AppError } from '../errors.ts'

export const cancelledError = (signal: AbortSignal): AppError =>
  new AppError('cancelled', 'Speech recognition was cancelled', { cause: signal.reason })

export const throwIfCancelled = (signal: AbortSignal): void => {
  if (signal.aborted) throw cancelledError(signal)
}
