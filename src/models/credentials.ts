/**
 * The keys that we hold for providers: from the settings and from the database, as the gateway wants them.
 *
 * A secret leaves this file in one way only, through `secret()` at the moment of a call. What an administrator saves is
 * tested first with a live call, sealed under the master key, and shown masked ever after.
 */
import { AppError, toAppError } from '../errors.ts'
import type { AccessSource, Credential, ProviderAccess } from '../gateway/index.ts'
import type { Provider } from '../gateway/provider.ts'
import type { Clock } from '../lib/clock.ts'
import type { Encryption } from '../lib/encryption.ts'
import { createId } from '../lib/ids.ts'
import type { CredentialsStore, StoredCredential } from './credentials.store.ts'
import { maskSecret } from './mask-secret.ts'

/** The settings' slice of a provider. */
export interface ProviderSettings {
  readonly id: string
  readonly apiKeys: readonly string[]
  readonly baseUrl: string | undefined
}

/** What pages may see of a key. */
export interface CredentialView {
  readonly id: string
  readonly provider: string
  readonly name: string
  readonly masked: string
  readonly weight: number
  readonly enabled: boolean
  /** Keys from the settings are changed there. */
  readonly origin: 'settings' | 'database'
  readonly baseUrl: string | null
  readonly testedAt: Date | null
  readonly testError: string | null
}

/** What a live call with one key told. */
export interface CredentialTest {
  readonly ok: boolean
  /** How many models the key may see. */
  readonly models: number | null
  readonly durationMs: number
  readonly error: AppError | null
}

export interface NewCredential {
  readonly provider: string
  readonly name: string
  readonly secret: string
  readonly weight?: number
  readonly baseUrl?: string
}

export interface ProviderCredentials {
  /** What the gateway asks at every call. */
  readonly access: AccessSource
  list(): readonly CredentialView[]
  /**
   * Tests and keeps a key. A key that its provider refuses is not kept; one that could not be tested is, with the reason.
   * An unknown provider with a base URL is a server that speaks like OpenAI; its secret may be empty.
   */
  save(credential: NewCredential, signal?: AbortSignal): Promise<CredentialView>
  remove(id: string): Promise<void>
  change(id: string, change: { readonly enabled?: boolean; readonly weight?: number }): Promise<CredentialView>
  /** A live call with one key, from the settings or the database; what it told is kept with the latter. */
  test(id: string, signal?: AbortSignal): Promise<CredentialTest>
  /** Seals every key anew with the newest master key; returns how many needed it. */
  rotate(): Promise<number>
  reload(): Promise<void>
}

export interface ProviderCredentialsDeps {
  readonly providers: readonly Provider[]
  readonly settings: readonly ProviderSettings[]
  readonly store: CredentialsStore
  readonly encryption: Encryption
  readonly clock: Clock
  /** A live call with this key alone, the provider's list of models; how many there are, or rejects. */
  readonly test: (
    credential: Credential | null,
    provider: string,
    baseUrl: string,
    signal: AbortSignal | undefined,
  ) => Promise<number>
}

const contextOf = (id: string): string => `provider-credential:${id}`

const fromSettings = (settings: ProviderSettings): readonly Credential[] =>
  settings.apiKeys.map((secret, at) => ({
    id: `settings:${settings.id}:${at + 1}`,
    name: settings.apiKeys.length === 1 ? 'settings' : `settings ${at + 1}`,
    provider: settings.id,
    secret: () => secret,
    weight: 1,
  }))

const toView = (stored: StoredCredential): CredentialView => ({
  id: stored.id,
  provider: stored.provider,
  name: stored.name,
  masked: stored.masked,
  weight: stored.weight,
  enabled: stored.enabled,
  origin: 'database',
  baseUrl: stored.baseUrl,
  testedAt: stored.testedAt,
  testError: stored.testError,
})

const settingsViews = (settings: readonly ProviderSettings[]): readonly CredentialView[] =>
  settings.flatMap(fromSettings).map(({ id, provider, name, weight, secret }) => ({
    id,
    provider,
    name,
    weight,
    masked: maskSecret(secret()),
    enabled: true,
    origin: 'settings',
    baseUrl: settings.find((one) => one.id === provider)?.baseUrl ?? null,
    testedAt: null,
    testError: null,
  }))

const notFound = (id: string): AppError => new AppError('not-found', 'There is no such key', { details: { id } })

/** A refusal of the key itself, as opposed to a provider that cannot be asked now. */
const isRefusal = (error: AppError): boolean =>
  error.code === 'credential-invalid' || error.code === 'credential-forbidden'

const accessOf = (
  deps: ProviderCredentialsDeps,
  own: readonly StoredCredential[],
  id: string,
): ProviderAccess | null => {
  const provider = deps.providers.find((one) => one.id === id)
  const settings = deps.settings.find((one) => one.id === id)
  const baseUrl = own.find((one) => one.baseUrl !== null)?.baseUrl ?? settings?.baseUrl ?? provider?.baseUrl
  if (baseUrl === undefined) return null
  const kept = own
    .filter((one) => one.masked !== '')
    .map(({ id: credentialId, name, weight, sealedSecret }): Credential => ({
      id: credentialId,
      name,
      provider: id,
      weight,
      secret: () => deps.encryption.decrypt(sealedSecret, contextOf(credentialId)),
    }))
  const credentials = [...(settings === undefined ? [] : fromSettings(settings)), ...kept]
  return { baseUrl, needsCredential: provider?.needsKey ?? false, credentials }
}

/** Every provider that is known, and the servers that administrators named. */
const buildAccess = (
  deps: ProviderCredentialsDeps,
  stored: readonly StoredCredential[],
): ReadonlyMap<string, ProviderAccess> => {
  const live = stored.filter((one) => one.enabled)
  const ids = new Set([...deps.providers.map((one) => one.id), ...live.map((one) => one.provider)])
  const entries = [...ids].map(
    (id) =>
      [
        id,
        accessOf(
          deps,
          live.filter((one) => one.provider === id),
          id,
        ),
      ] as const,
  )
  return new Map(entries.flatMap(([id, access]) => (access === null ? [] : [[id, access] as const])))
}

const requireAddress = (deps: ProviderCredentialsDeps, { provider, secret, baseUrl }: NewCredential): void => {
  const known = deps.providers.find((one) => one.id === provider)
  const wrong = (field: string, message: string): AppError =>
    new AppError('invalid-request', message, { details: { field } })
  if (known === undefined && baseUrl === undefined)
    throw wrong('baseUrl', `“${provider}” is a new server; it needs a base URL`)
  if (known?.needsKey === true && secret === '') throw wrong('secret', `${known.displayName} needs a key`)
}

export const createProviderCredentials = async (deps: ProviderCredentialsDeps): Promise<ProviderCredentials> => {
  const { store, encryption, clock } = deps
  let stored = await store.all()
  let access = buildAccess(deps, stored)
  const now = (): Date => new Date(clock.now())
  const reload = async (): Promise<void> => {
    stored = await store.all()
    access = buildAccess(deps, stored)
  }
  const find = (id: string): StoredCredential => {
    const found = stored.find((one) => one.id === id)
    if (found === undefined) throw notFound(id)
    return found
  }
  const keep = async (credential: StoredCredential): Promise<CredentialView> => {
    await store.save(credential, now())
    await reload()
    return toView(credential)
  }
  const tryOut = async (
    provider: string,
    credential: Credential | null,
    baseUrl: string,
    signal: AbortSignal | undefined,
  ): Promise<CredentialTest> => {
    const startedMs = clock.now()
    const took = (): number => clock.now() - startedMs
    try {
      const models = await deps.test(credential, provider, baseUrl, signal)
      return { ok: true, models, durationMs: took(), error: null }
    } catch (thrown) {
      const error = toAppError(thrown)
      if (error.code === 'cancelled') throw error
      return { ok: false, models: null, durationMs: took(), error }
    }
  }
  /** The key with this id as a call uses it, wherever it comes from. */
  const inUse = (id: string): { provider: string; credential: Credential | null; baseUrl: string } => {
    const fromStore = stored.find((one) => one.id === id)
    const provider = fromStore?.provider ?? deps.settings.flatMap(fromSettings).find((one) => one.id === id)?.provider
    if (provider === undefined) throw notFound(id)
    const reach = accessOf(deps, fromStore === undefined ? [] : [fromStore], provider)
    if (reach === null) throw notFound(id)
    return { provider, credential: reach.credentials.find((one) => one.id === id) ?? null, baseUrl: reach.baseUrl }
  }

  return {
    access: (provider) => access.get(provider) ?? null,
    list: () => [...settingsViews(deps.settings), ...stored.map(toView)],
    async save(given, signal) {
      requireAddress(deps, given)
      const { provider, name, secret, weight = 1, baseUrl } = given
      const before = stored.find((one) => one.provider === provider && one.name === name)
      const id = before?.id ?? createId()
      const url = baseUrl ?? accessOf(deps, before === undefined ? [] : [before], provider)?.baseUrl ?? ''
      const credential = secret === '' ? null : { id, name, provider, weight, secret: () => secret }
      const test = await tryOut(provider, credential, url, signal)
      if (test.error !== null && isRefusal(test.error)) throw test.error
      return keep({
        id,
        provider,
        name,
        weight,
        sealedSecret: encryption.encrypt(secret, contextOf(id)),
        masked: secret === '' ? '' : maskSecret(secret),
        baseUrl: baseUrl ?? null,
        enabled: true,
        testedAt: now(),
        testError: test.error?.message ?? null,
      })
    },
    async remove(id) {
      if (!(await store.remove(id))) throw notFound(id)
      await reload()
    },
    change: async (id, change) => keep({ ...find(id), ...change }),
    async test(id, signal) {
      const { provider, credential, baseUrl } = inUse(id)
      const test = await tryOut(provider, credential, baseUrl, signal)
      const kept = stored.find((one) => one.id === id)
      if (kept !== undefined) await keep({ ...kept, testedAt: now(), testError: test.error?.message ?? null })
      return test
    },
    async rotate() {
      const old = stored.filter((one) => encryption.isOutdated(one.sealedSecret))
      for (const { id, sealedSecret } of old) {
        const context = contextOf(id)
        await store.setSecret(id, encryption.encrypt(encryption.decrypt(sealedSecret, context), context), now())
      }
      await reload()
      return old.length
    },
    reload,
  }
}
