/** The whole request's time, and the caller's own wish to stop, as one signal. */
import { AppError } from '../../errors.ts'
import { sayAlone } from '../../reasons.ts'
import type { Clock } from '../../lib/clock.ts'

export interface RequestSignal {
  readonly signal: AbortSignal
  /** To be called when the request is over, so that no timer and no listener stays behind. */
  close(): void
}

/** One for all: an abort without a reason makes an exception with a stack each time. */
const CLOSED = new Error('the request is over')

export const openRequestSignal = (clock: Clock, deadlineMs: number, caller: AbortSignal | undefined): RequestSignal => {
  const controller = new AbortController()
  const closed = new AbortController()
  const onLeave = (): void =>
    controller.abort(new AppError('cancelled', 'The request was cancelled', { cause: caller?.reason }))
  if (caller?.aborted) onLeave()
  else caller?.addEventListener('abort', onLeave, { once: true })
  clock.sleep(deadlineMs, closed.signal).then(
    () =>
      controller.abort(
        new AppError('provider-timeout', sayAlone('out-of-time', { seconds: deadlineMs / 1_000 }), {
          details: { phase: 'deadline', limitMs: deadlineMs },
        }),
      ),
    () => {},
  )
  return {
    signal: controller.signal,
    close() {
      closed.abort(CLOSED)
      caller?.removeEventListener('abort', onLeave)
    },
  }
}
