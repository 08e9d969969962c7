/**
 * The door in front of every call: credential, breaker, ramp and rate limit, decided together.
 *
 * Either a call is admitted, with one `Admission` through which it reports what it learns, or the door says why not and
 * when it would. Waiting happens here and nowhere else, bounded and abortable.
 */
import { sayAlone, sayReason } from '../../../reasons.ts'
import type { Clock } from '../../../lib/clock.ts'
import type { Credential } from '../../types/credential.ts'
import type { ModelRow } from '../../types/models.ts'
import { createBreaker, type Breaker, type BreakerState } from './breaker.ts'
import type { AccessSource, CredentialPool, ProviderAccess } from './credential-pool.ts'
import {
  checkGate,
  enterGate,
  modelId,
  refusal,
  type Admission,
  type CallSize,
  type Gate,
  type GateDeps,
  type Refusal,
} from './gate.ts'
import type { GatewayPolicy } from '../policy.ts'
import { createRamp, type Ramp } from './ramp.ts'
import { createRateLimit, type RateLimit } from './rate-limit.ts'

export interface AdmissionRequest extends CallSize {
  readonly row: ModelRow
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

type Decision = Admission | Refusal | 'full'

const NOBODY: ReadonlySet<string> = new Set()
const NOTHING: CallSize = { tokens: 0, inputTokens: 0 }
/** What is told to a caller who waited in vain at a model that is still to answer others. */
const RAMP_RETRY_MS = 1_000
/** One for all: an abort without a reason makes an exception with a stack each time. */
const DONE_WAITING = new Error('the wait is over')

/** Entries are made on demand and live as long as the process: as many as models in use times credentials. */
const keyed = <Value>(create: () => Value): ((key: string) => Value) => {
  const values = new Map<string, Value>()
  return (key) => {
    const value = values.get(key) ?? create()
    values.set(key, value)
    return value
  }
}

const waitOf = (one: Refusal): number => one.waitMs ?? Number.POSITIVE_INFINITY
const soonest = (refusals: readonly Refusal[]): Refusal | undefined =>
  refusals.toSorted((a, b) => waitOf(a) - waitOf(b))[0]

const isWorthWaiting = (decision: Decision, leftMs: number): decision is Refusal & { readonly waitMs: number } =>
  decision !== 'full' &&
  !decision.admitted &&
  decision.code === 'provider-rate-limited' &&
  decision.waitMs !== null &&
  decision.waitMs <= leftMs

/** Until the ramp changes or its patience ends, whichever is first. */
const waitAtRamp = async (ramp: Ramp, clock: Clock, leftMs: number, signal: AbortSignal): Promise<void> => {
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

interface GateSource {
  of(row: ModelRow, access: ProviderAccess, exclude: ReadonlySet<string>): readonly Gate[]
  breaker(key: string): Breaker
  ramp(key: string): Ramp
}

const createGates = (clock: Clock, pool: CredentialPool, policy: GatewayPolicy): GateSource => {
  const breaker = keyed<Breaker>(() => createBreaker({ now: clock.now, policy: policy.breaker }))
  const ramp = keyed<Ramp>(() => createRamp({ now: clock.now, policy: policy.ramp }))
  const rate = keyed<RateLimit>(() => createRateLimit({ now: clock.now }))
  const toGate = (row: ModelRow, access: ProviderAccess, credential: Credential | null): Gate => {
    const id = modelId(row)
    const withKey = `${id}#${credential?.id ?? ''}`
    // The model's own breaker sees every key's failures, so that a dead model is not tried with each key in turn.
    const breakers = access.credentials.length > 1 ? [breaker(id), breaker(withKey)] : [breaker(id)]
    return { row, credential, baseUrl: access.baseUrl, breakers, ramp: ramp(id), rate: rate(withKey) }
  }
  return {
    breaker,
    ramp,
    of(row, access, exclude) {
      if (access.credentials.length === 0) return [toGate(row, access, null)]
      const usable = access.credentials.filter((credential) => !exclude.has(credential.id))
      return pool.inOrder(usable).map((credential) => toGate(row, access, credential))
    },
  }
}

export const createDoor = (
  deps: GateDeps & { readonly access: AccessSource; readonly policy: GatewayPolicy },
): Door => {
  const { clock, pool, access } = deps
  const gates = createGates(clock, pool, deps.policy)
  const gatesOf = (row: ModelRow, exclude: ReadonlySet<string>): readonly Gate[] => {
    const provider = access(row.provider)
    if (provider === null || (provider.needsCredential && provider.credentials.length === 0)) return []
    return gates.of(row, provider, exclude)
  }
  const noKey = (row: ModelRow): Refusal =>
    refusal('credential-missing', sayAlone('no-key', { provider: row.provider }), null)

  const decide = (request: AdmissionRequest): Decision => {
    const refusals: Refusal[] = []
    let full = false
    for (const gate of gatesOf(request.row, request.exclude)) {
      const refused = checkGate(deps, gate, request)
      const admission = refused === null ? enterGate(deps, gate, request) : null
      if (admission !== null) return admission
      if (refused === null) full = true
      else refusals.push(refused)
    }
    return full ? 'full' : (soonest(refusals) ?? noKey(request.row))
  }

  return {
    async admit(request) {
      const untilMs = clock.now() + request.longestWaitMs
      const id = modelId(request.row)
      for (;;) {
        request.signal.throwIfAborted()
        const decision = decide(request)
        const leftMs = untilMs - clock.now()
        if (decision === 'full' && leftMs <= 0) {
          return refusal('target-unavailable', sayReason('others-first', { model: id }), RAMP_RETRY_MS)
        }
        if (decision === 'full') await waitAtRamp(gates.ramp(id), clock, leftMs, request.signal)
        else if (isWorthWaiting(decision, leftMs)) await clock.sleep(Math.max(1, decision.waitMs), request.signal)
        else return decision
      }
    },
    check(row) {
      const verdicts = gatesOf(row, NOBODY).map((gate) => checkGate(deps, gate, NOTHING))
      const open = verdicts.some((verdict) => verdict === null || verdict.code === 'provider-rate-limited')
      return open ? null : (soonest(verdicts.filter((verdict) => verdict !== null)) ?? noKey(row))
    },
    hasOther: (row, exclude) =>
      access(row.provider)?.credentials.some((one) => one.weight > 0 && !exclude.has(one.id)) ?? false,
    breakerState: (row, credentialId) =>
      gates.breaker(credentialId === null ? modelId(row) : `${modelId(row)}#${credentialId}`).state(),
  }
}
