/**
 * Which of a provider's credentials makes the next call, and which of them rest.
 *
 * Least busy for its weight is chosen. One that was refused rests alone: after a 401 or 402 for every model, after a
 * 403 or 429 for the one model, as limits and rights are given by model. Only repeats switch a credential off, since a
 * single 401 comes from good keys too. State is kept by the id of the credential; the secrets pass through untouched.
 */
import type { AppError, ErrorCode } from '../../../errors.ts'
import type { Credential } from '../../types/credential.ts'

/** How to reach a provider: what the host gives the gateway. */
export interface ProviderAccess {
  readonly baseUrl: string
  /** False for providers that answer without a key. */
  readonly needsCredential: boolean
  readonly credentials: readonly Credential[]
}
/** Null when nobody configured the provider. Read at every call, so changed keys count at once. */
export type AccessSource = (provider: string) => ProviderAccess | null

export interface RestPolicy {
  readonly invalidMs: number
  readonly invalidLongestMs: number
  /** Refusals in a row that switch a credential off for `invalidLongestMs` at a time. */
  readonly quotaMs: number
  readonly quotaLongestMs: number
  readonly forbiddenMs: number
  /** A day's limit opens again at an hour that the provider does not tell. */
  readonly dailyLimitMs: number
  readonly rateLimitedMs: number
  readonly rateLimitedLongestMs: number
}

export const DEFAULT_REST: RestPolicy = Object.freeze({
  invalidMs: 5_000,
  invalidLongestMs: 1_800_000,
  quotaMs: 60_000,
  quotaLongestMs: 3_600_000,
  forbiddenMs: 300_000,
  dailyLimitMs: 3_600_000,
  rateLimitedMs: 1_000,
  rateLimitedLongestMs: 60_000,
})

export interface Rest {
  readonly untilMs: number
  readonly code: ErrorCode
  readonly message: string
}

/** How a credential as a whole was refused last, until it is taken again; a rest ends long before that is known. */
export interface CredentialRefusal {
  readonly code: ErrorCode
  readonly message: string
  readonly atMs: number
  /** With the same code, one after the other. */
  readonly timesInRow: number
}

export interface CredentialState {
  readonly credentialId: string
  readonly inFlight: number
  readonly rest: Rest | null
  readonly failuresInRow: number
  readonly refusal: CredentialRefusal | null
}

export interface CredentialPool {
  /** The credentials in the order in which they should be asked. */
  inOrder(credentials: readonly Credential[]): readonly Credential[]
  restOf(credential: Credential, model: string): Rest | null
  started(credential: Credential): void
  ended(credential: Credential): void
  succeeded(credential: Credential, model: string): void
  failed(credential: Credential, model: string, error: AppError): void
  /** The provider knows the key, though no model was called: it told its list. Says nothing about the account. */
  known(credential: Credential): void
  state(credentialId: string): CredentialState
}

interface Entry {
  inFlight: number
  rest: Rest | null
  restByModel: Map<string, Rest>
  inRow: Map<string, number>
  refusal: CredentialRefusal | null
}

const growing = (firstMs: number, longestMs: number, inRow: number): number =>
  Math.min(longestMs, firstMs * 4 ** Math.max(0, inRow - 1))

/** How long the failure lets the credential rest; null when it does not concern the credential. */
const restMs = (error: AppError, inRow: number, policy: RestPolicy): number | null => {
  if (error.code === 'credential-invalid') return growing(policy.invalidMs, policy.invalidLongestMs, inRow)
  if (error.code === 'provider-quota') return growing(policy.quotaMs, policy.quotaLongestMs, inRow)
  if (error.code === 'credential-forbidden') return policy.forbiddenMs
  if (error.code === 'provider-daily-limit') return error.retryAfterMs ?? policy.dailyLimitMs
  if (error.code !== 'provider-rate-limited') return null
  return error.retryAfterMs ?? growing(policy.rateLimitedMs, policy.rateLimitedLongestMs, inRow)
}

const FOR_ONE_MODEL: ReadonlySet<ErrorCode> = new Set([
  'credential-forbidden',
  'provider-rate-limited',
  'provider-daily-limit',
])

const createEntry = (): Entry => ({ inFlight: 0, rest: null, restByModel: new Map(), inRow: new Map(), refusal: null })

export const createCredentialPool = (deps: {
  readonly now: () => number
  readonly random: () => number
  readonly policy?: RestPolicy
}): CredentialPool => {
  const { now, random, policy = DEFAULT_REST } = deps
  const entries = new Map<string, Entry>()
  const entryOf = (id: string): Entry => {
    const entry = entries.get(id) ?? createEntry()
    entries.set(id, entry)
    return entry
  }
  const live = (rest: Rest | null | undefined): Rest | null => (rest && rest.untilMs > now() ? rest : null)
  const load = (credential: Credential): number =>
    (entryOf(credential.id).inFlight + random()) / Math.max(Number.EPSILON, credential.weight)

  return {
    inOrder(credentials) {
      if (credentials.length < 2) return credentials
      return credentials
        .filter((credential) => credential.weight > 0)
        .map((credential) => ({ credential, load: load(credential) }))
        .sort((a, b) => a.load - b.load)
        .map(({ credential }) => credential)
    },
    restOf(credential, model) {
      const entry = entryOf(credential.id)
      return live(entry.rest) ?? live(entry.restByModel.get(model))
    },
    started: (credential) => void (entryOf(credential.id).inFlight += 1),
    ended: (credential) => void (entryOf(credential.id).inFlight -= 1),
    succeeded(credential, model) {
      const entry = entryOf(credential.id)
      entry.rest = null
      entry.refusal = null
      entry.inRow.clear()
      entry.restByModel.delete(model)
    },
    failed(credential, model, error) {
      const entry = entryOf(credential.id)
      const inRow = (entry.inRow.get(error.code) ?? 0) + 1
      const durationMs = restMs(error, inRow, policy)
      if (durationMs === null) return
      entry.inRow.set(error.code, inRow)
      const rest = { untilMs: now() + durationMs, code: error.code, message: error.message }
      if (FOR_ONE_MODEL.has(error.code)) entry.restByModel.set(model, rest)
      else {
        entry.rest = rest
        entry.refusal = { code: error.code, message: error.message, atMs: now(), timesInRow: inRow }
      }
    },
    known(credential) {
      const entry = entryOf(credential.id)
      if (entry.refusal?.code !== 'credential-invalid') return
      if (entry.rest?.code === 'credential-invalid') entry.rest = null
      entry.refusal = null
      entry.inRow.delete('credential-invalid')
    },
    state(credentialId) {
      const entry = entryOf(credentialId)
      const failuresInRow = Math.max(0, ...entry.inRow.values())
      return { credentialId, inFlight: entry.inFlight, rest: live(entry.rest), failuresInRow, refusal: entry.refusal }
    },
  }
}
