/** The one place where a provider's failure gets its provider and model, whatever threw it. */
import { AppError } from '../../errors.ts'
import { LineTooLongError } from '../../lib/sse.ts'
import type { CallContext } from '../call.ts'
import { toProviderError, type FailureTarget } from '../dialects/provider-error.ts'
import { WireError } from '../dialects/wire-error.ts'
import type { WireAccess, WireDeps } from './access.ts'
import { toAbortError } from './transport.ts'

/** Whose failure it is, and what of the provider's is needed to read it; its key is struck out of every message. */
export const failureTarget = (access: WireAccess, deps: WireDeps): FailureTarget => ({
  provider: access.provider.id,
  model: access.model,
  rules: access.provider.failures ?? [],
  secret: access.credential?.secret() ?? null,
  nowMs: deps.now(),
})

/** Does the work; what it throws comes out as an AppError that names provider and model. */
export const named = async <Answer>(
  access: WireAccess,
  deps: WireDeps,
  context: CallContext,
  work: () => Promise<Answer>,
): Promise<Answer> => {
  try {
    return await work()
  } catch (thrown) {
    throw toNamedError(thrown, access, deps, context)
  }
}

const toNamedError = (thrown: unknown, access: WireAccess, deps: WireDeps, context: CallContext): AppError => {
  if (context.signal.aborted) return toAbortError(context.signal)
  const place = { provider: access.provider.id, model: access.model }
  if (thrown instanceof WireError) {
    if (thrown.failure !== null) return toProviderError(thrown.failure, failureTarget(access, deps), thrown.code)
    return new AppError(thrown.code, `${place.provider}: ${thrown.message}`, { cause: thrown, details: place })
  }
  if (thrown instanceof LineTooLongError)
    return new AppError('provider-malformed', `${place.provider}: ${thrown.message}`, { cause: thrown, details: place })
  if (!(thrown instanceof AppError))
    return new AppError('internal', `${place.provider}: the answer could not be processed`, {
      cause: thrown,
      details: place,
    })
  if ('provider' in thrown.details) return thrown
  return new AppError(thrown.code, `${place.provider}: ${thrown.message}`, {
    cause: thrown.cause ?? thrown,
    details: { ...thrown.details, ...place },
    ...(thrown.retryAfterMs === undefined ? {} : { retryAfterMs: thrown.retryAfterMs }),
  })
}

/** A connection that breaks within a stream interrupts an answer, whatever the network called it. */
export const toStreamError = (thrown: unknown, access: WireAccess, deps: WireDeps, context: CallContext): AppError => {
  const error = toNamedError(thrown, access, deps, context)
  if (error.details['moment'] !== 'within') return error
  return new AppError('stream-interrupted', error.message, { cause: error, details: error.details })
}
