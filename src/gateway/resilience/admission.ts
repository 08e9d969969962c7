/**
 * The door in front of every call: credential, breaker, ramp and rate limit, decided together.
 *
 * Either a call is admitted, with one `Admission` through which it reports what it learns, or the door says why not and
 * when it would. Waiting happens here and nowhere else, bounded and abortable.
 */
import type { AppError, ErrorCode } from '../../errors.ts'
import type { Clock } from '../../lib/clock.ts'
import type { CallTarget } from '../call.ts'
import type { Credential, ModelRow } from '../types.ts'
import { failureWeight, isKeyFailure } from './blame.ts'
import { createBreaker, type Breaker, type BreakerState, type Permit } from './breaker.ts'
import type { AccessSource, CredentialPool, ProviderAccess } from './credential-pool.ts'
import type { GatewayPolicy } from './policy.ts'
import { createRamp, type Ramp } from './ramp.ts'
import { createRateLimit, type RateLimit } from './rate-limit.ts'
import { readRateHeaders } from './rate-headers.ts'

export interface Refusal {
  readonly admitted: false
  readonly code: ErrorCode
  readonly message: string
  /** When it is worth to ask again; null when waiting does not help. */
  readonly waitMs: number | null
}

export interface Admission {
  readonly admitted: true
  readonly target: CallTarget
  onHeaders(status: number, headers: Readonly<Record<string, string>>): void
  /** The provider answers: others may follow. */
  alive(): void
  succeeded(): void
  failed(error: AppError): void
  /** The caller left; nothing is known about the target. */
  cancelled(): void
}

export interface AdmissionRequest {
  readonly row: ModelRow
  /** Input and reserved output, for limits in tokens. */
  readonly tokens: number
  readonly inputTokens: number
  /** Ids of credentials that failed in this request already. */
  readonly exclude: ReadonlySet<string>
  readonly longestWaitMs: number
  readonly signal: AbortSignal
}

export interface Door {
  admit(request: AdmissionRequest): Promise<Admission | Refusal>
  /** What `admit` would say now, without waiting or taking anything. Null: it would admit. */
  check(row: ModelRow): Refusal | null
  /** Whether the model's provider has a credential besides these. */
  hasOther(row: ModelRow, exclude: ReadonlySet<string>): boolean
  breakerState(row: ModelRow, credentialId: string | null): BreakerState
}

interface Gate {
  readonly credential: Credential | null
  readonly breakers: readonly Breaker[]
  readonly rate: RateLimit
}

const refusal = (code: ErrorCode, message: string, waitMs: number | null): Refusal => ({
  admitted: false,
  code,
  message,
  waitMs,
})

/** One for all: an abort without a reason makes an exception with a stack each time. */
const DONE_WAITING = new Error('the wait is over')

const soonest = (refusals: readonly Refusal[]): Refusal | undefined =>
  [...refusals].sort((a, b) => (a.waitMs ?? Number.POSITIVE_INFINITY) - (b.waitMs ?? Number.POSITIVE_INFINITY))[0]

/** Entries are made on demand and live as long as the process: as many as models in use times credentials. */
const keyed = <Value>(create: () => Value): ((key: string) => Value) => {
  const values = new Map<string, Value>()
  return (key) => {
    const value = values.get(key) ?? create()
    values.set(key, value)
    return value
  }
}

export const modelId = (row: Pick<ModelRow, 'provider' | 'key'>): string => `${row.provider}/${row.key}`

export const createDoor = (deps: {
  readonly clock: Clock
  readonly access: AccessSource
  readonly pool: CredentialPool
  readonly policy: GatewayPolicy
}): Door => {
  const { clock, access, pool, policy } = deps
  const breakers = keyed<Breaker>(() => createBreaker({ now: clock.now, policy: policy.breaker }))
  const ramps = keyed<Ramp>(() => createRamp({ now: clock.now, policy: policy.ramp }))
  const rates = keyed<RateLimit>(() => createRateLimit({ now: clock.now }))

  const gateOf = (row: ModelRow, credential: Credential | null, several: boolean): Gate => {
    const id = modelId(row)
    const withKey = `${id}#${credential?.id ?? ''}`
    return {
      credential,
      // The model's own breaker sees every key's failures, so that a dead model is not tried with each key in turn.
      breakers: several ? [breakers(id), breakers(withKey)] : [breakers(id)],
      rate: rates(withKey),
    }
  }
  const gatesOf = (row: ModelRow, provider: ProviderAccess, exclude: ReadonlySet<string>): readonly Gate[] => {
    const several = provider.credentials.length > 1
    if (provider.credentials.length === 0) return [gateOf(row, null, false)]
    const usable = provider.credentials.filter((credential) => !exclude.has(credential.id))
    return pool.inOrder(usable).map((credential) => gateOf(row, credential, several))
  }

  const checkGate = (gate: Gate, row: ModelRow, tokens: number, inputTokens: number): Refusal | null => {
    const shutMs = Math.max(...gate.breakers.map((breaker) => breaker.waitMs()))
    if (shutMs > 0) return refusal('target-unavailable', `${modelId(row)} is resting after failures`, shutMs)
    const rest = gate.credential === null ? null : pool.restOf(gate.credential, modelId(row))
    if (rest !== null)
      return refusal(rest.code, `The key “${gate.credential?.name}” rests: ${rest.message}`, rest.untilMs - clock.now())
    if (gate.rate.neverFits(inputTokens)) {
      return refusal(
        'provider-request-too-large',
        `${modelId(row)} takes fewer tokens a minute than this request has`,
        null,
      )
    }
    const waitMs = gate.rate.waitMs(tokens)
    return waitMs > 0 ? refusal('provider-rate-limited', `The rate limit of ${modelId(row)} is used up`, waitMs) : null
  }

  const enter = (gate: Gate, row: ModelRow, baseUrl: string, tokens: number): Admission | null => {
    const place = ramps(modelId(row)).tryEnter()
    if (place === null) return null
    const permits: Permit[] = []
    for (const breaker of gate.breakers) {
      const permit = breaker.tryPass()
      if (permit === null) {
        for (const taken of permits) taken.release()
        place.leave(false)
        return null
      }
      permits.push(permit)
    }
    const share = gate.rate.take(tokens)
    const { credential } = gate
    if (credential !== null) pool.started(credential)
    let open = true
    const end = (failed: boolean): boolean => {
      if (!open) return false
      open = false
      share.done()
      place.leave(failed)
      if (credential !== null) pool.ended(credential)
      return true
    }
    return {
      admitted: true,
      target: { model: row, credential, baseUrl },
      onHeaders(_status, headers) {
        share.done()
        gate.rate.read(readRateHeaders(headers, clock.now()))
      },
      alive: () => place.alive(),
      succeeded() {
        place.alive()
        if (!end(false)) return
        for (const permit of permits) permit.success()
        if (credential !== null) pool.succeeded(credential, modelId(row))
      },
      failed(error) {
        const weight = failureWeight(error)
        // The breaker first: whoever the free place wakes must find it open.
        for (const permit of permits) {
          if (weight !== null) permit.failure(weight)
          else permit.success()
        }
        if (error.code === 'provider-rate-limited') gate.rate.refused()
        if (credential !== null && isKeyFailure(error.code)) pool.failed(credential, modelId(row), error)
        end(weight !== null)
      },
      cancelled: () => void end(false),
    }
  }

  const decide = (request: AdmissionRequest): Admission | Refusal | 'ramp-full' => {
    const { row, tokens, inputTokens, exclude } = request
    const provider = access(row.provider)
    if (provider === null || (provider.needsCredential && provider.credentials.length === 0)) {
      return refusal('credential-missing', `No key is set for ${row.provider}`, null)
    }
    const refusals: Refusal[] = []
    let full = false
    for (const gate of gatesOf(row, provider, exclude)) {
      const refused = checkGate(gate, row, tokens, inputTokens)
      const admission = refused === null ? enter(gate, row, provider.baseUrl, tokens) : null
      if (admission !== null) return admission
      if (refused === null) full = true
      else refusals.push(refused)
    }
    if (full) return 'ramp-full'
    return soonest(refusals) ?? refusal('credential-missing', `No other key is set for ${row.provider}`, null)
  }

  const waitAtRamp = async (row: ModelRow, leftMs: number, signal: AbortSignal): Promise<void> => {
    const ramp = ramps(modelId(row))
    const done = new AbortController()
    const either = AbortSignal.any([signal, done.signal])
    const patience = clock.sleep(Math.max(1, Math.min(leftMs, ramp.patienceLeftMs())), either)
    const changed = ramp.whenChanged(either)
    try {
      await Promise.race([patience, changed])
    } finally {
      done.abort(DONE_WAITING)
      await Promise.allSettled([patience, changed])
    }
  }

  return {
    async admit(request) {
      const untilMs = clock.now() + request.longestWaitMs
      for (;;) {
        request.signal.throwIfAborted()
        const decision = decide(request)
        const leftMs = untilMs - clock.now()
        if (decision === 'ramp-full') {
          if (leftMs <= 0)
            return refusal('target-unavailable', `${modelId(request.row)} has not answered those before`, 1_000)
          await waitAtRamp(request.row, leftMs, request.signal)
          continue
        }
        const worthWaiting = !decision.admitted && decision.code === 'provider-rate-limited' && decision.waitMs !== null
        if (decision.admitted || !worthWaiting || (decision.waitMs ?? 0) > leftMs) return decision
        await clock.sleep(Math.max(1, decision.waitMs ?? 1), request.signal)
      }
    },
    check(row) {
      const provider = access(row.provider)
      if (provider === null || (provider.needsCredential && provider.credentials.length === 0)) {
        return refusal('credential-missing', `No key is set for ${row.provider}`, null)
      }
      const verdicts = gatesOf(row, provider, new Set()).map((gate) => checkGate(gate, row, 0, 0))
      if (verdicts.some((verdict) => verdict === null || verdict.code === 'provider-rate-limited')) return null
      return soonest(verdicts.filter((verdict) => verdict !== null)) ?? null
    },
    hasOther: (row, exclude) =>
      access(row.provider)?.credentials.some((one) => one.weight > 0 && !exclude.has(one.id)) ?? false,
    breakerState: (row, credentialId) =>
      breakers(credentialId === null ? modelId(row) : `${modelId(row)}#${credentialId}`).state(),
  }
}
