/** A live call with one key, to see whether its provider takes it. */
import { toAppError, type AppError } from '../../errors.ts'
import type { Credential } from '../../gateway/index.ts'
import type { Clock } from '../../lib/clock.ts'

/** What a live call with one key told. */
export interface CredentialTest {
  readonly ok: boolean
  /** How many models the key may see. */
  readonly models: number | null
  readonly durationMs: number
  readonly error: AppError | null
}

export interface TryCredentialDeps {
  readonly clock: Clock
  /** A live call with this key alone, the provider's list of models; how many there are, or rejects. */
  readonly test: (
    credential: Credential | null,
    provider: string,
    baseUrl: string,
    signal: AbortSignal | undefined,
  ) => Promise<number>
}

/** A key as a call uses it; null where the server wants none. */
export interface KeyInUse {
  readonly provider: string
  readonly credential: Credential | null
  readonly baseUrl: string
}

/** A refusal of the key itself, as opposed to a provider that cannot be asked now. */
export const isRefusal = (error: AppError): boolean =>
  error.code === 'credential-invalid' || error.code === 'credential-forbidden'

/** Rejects only when it was cancelled. */
export const tryCredential = async (
  { clock, test }: TryCredentialDeps,
  { provider, credential, baseUrl }: KeyInUse,
  signal: AbortSignal | undefined,
): Promise<CredentialTest> => {
  const startedMs = clock.now()
  const took = (): number => clock.now() - startedMs
  try {
    const models = await test(credential, provider, baseUrl, signal)
    return { ok: true, models, durationMs: took(), error: null }
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.code === 'cancelled') throw error
    return { ok: false, models: null, durationMs: took(), error }
  }
}
