/**
 * One call under its time limits, and the record of it.
 *
 * The limits hold even where the caller below ignores its signal: whoever waits here is let go at once, and the record
 * is written exactly once whatever the end.
 */
import { AppError, toAppError } from '../../errors.ts'
import { abandonOnAbort } from '../../lib/abort.ts'
import type { Clock } from '../../lib/clock.ts'
import type { CallContext } from '../call.ts'
import type { AttemptRecord, Meter } from '../metering/meter.ts'
import type { Attempt, Usage } from '../types/attempts.ts'
import type { ParameterPolicy } from '../types/call-options.ts'
import type { ModelRow } from '../types/models.ts'
import type { Operation } from '../types/requests.ts'
import type { Turn } from './conduct.ts'
import type { TimeLimits } from './policy.ts'
import { createWatchdog, type Watchdog } from './watchdog.ts'

export interface AttemptDeps {
  readonly clock: Clock
  readonly meter: Meter
  readonly costOf: (row: ModelRow, usage: Usage, atMs: number) => number | null
  readonly requestId: string
  readonly operation: Operation
  readonly labels: Readonly<Record<string, string>>
  /** As it was asked. */
  readonly request: object
  readonly signal: AbortSignal
  readonly parameterPolicy: ParameterPolicy
  readonly onRecord: (attempt: Attempt) => void
}

/** An attempt under way. */
export interface OpenAttempt {
  readonly context: CallContext
  readonly watchdog: Watchdog
  /** The provider answered with content. */
  sawContent(): void
  succeeded(usage: Usage): void
  /** Records the failure and returns it as what it is: a time limit or the caller's leaving stand behind many an abort. */
  failed(thrown: unknown, usage?: Usage): AppError
  cancelled(): void
}

interface Recording {
  readonly outcome: Attempt['outcome']
  readonly error?: AppError
  readonly usage?: Usage
}

/** The provider and the model stand in every error, also in those that come from this side of the wire. */
const located = (error: AppError, row: ModelRow): AppError =>
  error.details['model'] !== undefined && error.details['provider'] !== undefined
    ? error
    : new AppError(error.code, error.message, {
        cause: error.cause,
        details: { provider: row.provider, model: row.key, ...error.details },
        ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
      })

/** A DOMException or whatever the caller's signal carried is a cancellation; our own reasons are AppErrors. */
export const abortReason = (signal: AbortSignal): AppError =>
  signal.reason instanceof AppError
    ? signal.reason
    : new AppError('cancelled', 'The request was cancelled', { cause: signal.reason })

export const openAttempt = (deps: AttemptDeps, turn: Turn, limits: TimeLimits, stream: boolean): OpenAttempt => {
  const { clock, signal } = deps
  const { row, admission } = turn
  const startedAtMs = clock.now()
  const controller = new AbortController()
  let status: number | null = null
  let firstTokenMs: number | null = null
  let recorded = false

  const onLeave = (): void => controller.abort(abortReason(signal))
  if (signal.aborted) onLeave()
  else signal.addEventListener('abort', onLeave, { once: true })
  const watchdog = createWatchdog({ clock, limits, stream, onTimeout: (error) => controller.abort(error) })

  const record = ({ outcome, error, usage }: Recording): void => {
    recorded = true
    watchdog.stop()
    signal.removeEventListener('abort', onLeave)
    const attempt: Attempt = {
      provider: row.provider,
      model: row.key,
      credential: admission.target.credential?.name ?? null,
      startedAtMs,
      durationMs: clock.now() - startedAtMs,
      firstTokenMs,
      outcome,
      errorCode: error?.code ?? null,
      errorMessage: error?.message ?? null,
      status,
      usage: usage ?? null,
      costMicrocents: usage === undefined ? null : deps.costOf(row, usage, startedAtMs),
      reason: turn.reason,
    }
    deps.onRecord(attempt)
    const { requestId, operation, labels, request } = deps
    const credentialId = admission.target.credential?.id ?? null
    const full: AttemptRecord = { ...attempt, requestId, operation, credentialId, labels, request }
    deps.meter.record(full)
  }
  const cancelled = (error: AppError): void => {
    if (recorded) return
    admission.cancelled()
    record({ outcome: 'cancelled', error })
  }

  return {
    context: {
      signal: controller.signal,
      parameterPolicy: deps.parameterPolicy,
      onConnection: (state) => watchdog.sawConnection(state),
      onHeaders(seen, headers) {
        status = seen
        admission.onHeaders(seen, headers)
        if (seen < 400) watchdog.sawHeaders()
      },
    },
    watchdog,
    sawContent() {
      watchdog.sawContent()
      if (firstTokenMs !== null) return
      firstTokenMs = clock.now() - startedAtMs
      admission.alive()
    },
    succeeded(usage) {
      if (recorded) return
      admission.succeeded()
      record({ outcome: 'answered', usage })
    },
    failed(thrown, usage) {
      const error = located(controller.signal.aborted ? abortReason(controller.signal) : toAppError(thrown), row)
      if (recorded) return error
      if (error.code === 'cancelled') {
        cancelled(error)
        return error
      }
      if (typeof error.details['status'] === 'number') status ??= error.details['status']
      // The end of the whole request's time says nothing about this one target.
      if (signal.aborted) admission.cancelled()
      else admission.failed(error)
      record({ outcome: 'failed', error, ...(usage === undefined ? {} : { usage }) })
      // Whatever still runs below must not run on.
      if (!controller.signal.aborted) controller.abort(error)
      return error
    },
    cancelled() {
      if (recorded) return
      const error = new AppError('cancelled', 'The caller left')
      if (!controller.signal.aborted) controller.abort(error)
      cancelled(error)
    },
  }
}

/** A call with one answer, under the attempt's limits. Rejects with what `failed` makes of the failure. */
export const callOnce = async <Result>(
  attempt: OpenAttempt,
  call: (context: CallContext) => Promise<Result>,
): Promise<Result> => {
  try {
    return await abandonOnAbort(call(attempt.context), attempt.context.signal)
  } catch (thrown) {
    throw attempt.failed(thrown)
  }
}
