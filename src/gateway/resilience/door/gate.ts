/**
 * One way to a model: the model through one credential, with everything that may bar it. A gate can be checked without
 * consequence, and entered, which takes a place on the ramp, a permit of each breaker and a share of the limit.
 */
import type { AppError, ErrorCode } from '../../../errors.ts'
import { sayAlone, sayReason } from '../../../reasons.ts'
import type { Clock } from '../../../lib/clock.ts'
import type { CallTarget } from '../../call.ts'
import type { Credential } from '../../types/credential.ts'
import type { ModelRow } from '../../types/models.ts'
import { failureWeight, isKeyFailure } from '../blame.ts'
import type { Breaker, Permit } from './breaker.ts'
import type { CredentialPool } from './credential-pool.ts'
import type { Ramp } from './ramp.ts'
import type { RateLimit } from './rate-limit.ts'
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

export interface Gate {
  readonly row: ModelRow
  readonly credential: Credential | null
  readonly baseUrl: string
  readonly breakers: readonly Breaker[]
  readonly ramp: Ramp
  readonly rate: RateLimit
}

export interface GateDeps {
  readonly clock: Clock
  readonly pool: CredentialPool
}

export interface CallSize {
  /** Input and reserved output, for limits in tokens. */
  readonly tokens: number
  readonly inputTokens: number
}

export const modelId = (row: Pick<ModelRow, 'provider' | 'key'>): string => `${row.provider}/${row.key}`

export const refusal = (code: ErrorCode, message: string, waitMs: number | null): Refusal => ({
  admitted: false,
  code,
  message,
  waitMs,
})

export const checkGate = ({ clock, pool }: GateDeps, gate: Gate, size: CallSize): Refusal | null => {
  const id = modelId(gate.row)
  const shutMs = Math.max(...gate.breakers.map((breaker) => breaker.waitMs()))
  if (shutMs > 0) return refusal('target-unavailable', sayReason('resting', { model: id }), shutMs)
  const rest = gate.credential === null ? null : pool.restOf(gate.credential, id)
  if (rest !== null) {
    const waitMs = rest.untilMs - clock.now()
    const key = gate.credential?.name ?? ''
    const seconds = Math.ceil(waitMs / 1000)
    return refusal(rest.code, sayAlone('key-resting', { key, seconds, why: rest.message }), waitMs)
  }
  if (gate.rate.neverFits(size.inputTokens)) {
    return refusal('provider-request-too-large', sayReason('more-than-a-minute', { model: id }), null)
  }
  const waitMs = gate.rate.waitMs(size.tokens)
  return waitMs > 0 ? refusal('provider-rate-limited', sayAlone('rate-used-up', { model: id }), waitMs) : null
}

/** All permits or none. */
const takePermits = (breakers: readonly Breaker[]): readonly Permit[] | null => {
  const permits: Permit[] = []
  for (const breaker of breakers) {
    const permit = breaker.tryPass()
    if (permit === null) {
      for (const taken of permits) taken.release()
      return null
    }
    permits.push(permit)
  }
  return permits
}

/** Null when the ramp is full or another call has just become the probe. */
export const enterGate = ({ clock, pool }: GateDeps, gate: Gate, size: CallSize): Admission | null => {
  const { row, credential, rate } = gate
  const place = gate.ramp.tryEnter()
  if (place === null) return null
  const permits = takePermits(gate.breakers)
  if (permits === null) {
    place.leave(false)
    return null
  }
  const share = rate.take(size.tokens)
  if (credential !== null) pool.started(credential)
  let open = true
  const end = (failed: boolean): void => {
    if (!open) return
    open = false
    share.done()
    place.leave(failed)
    if (credential !== null) pool.ended(credential)
  }
  return {
    admitted: true,
    target: { model: row, credential, baseUrl: gate.baseUrl },
    onHeaders(_status, headers) {
      share.done()
      rate.read(readRateHeaders(headers, clock.now()))
    },
    alive: () => place.alive(),
    succeeded() {
      if (!open) return
      place.alive()
      for (const permit of permits) permit.success()
      if (credential !== null) pool.succeeded(credential, modelId(row))
      end(false)
    },
    failed(error) {
      if (!open) return
      const weight = failureWeight(error)
      // The breaker first: whoever the free place wakes must find it open.
      for (const permit of permits) {
        if (weight === null) permit.success()
        else permit.failure(weight)
      }
      if (error.code === 'provider-rate-limited') rate.refused()
      if (credential !== null && isKeyFailure(error.code)) pool.failed(credential, modelId(row), error)
      end(weight !== null)
    },
    cancelled: () => end(false),
  }
}
