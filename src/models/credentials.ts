/**
 * The keys that we hold for providers: from the settings and from the database, as the gateway wants them.
 *
 * A secret leaves this file in one way only, through `secret()` at the moment of a call. What an administrator saves is
 * tested first with a live call, sealed under the master key, and shown masked ever after.
 */
import { AppError, toAppError } from '../errors.ts'
import type { AccessSource, ProviderAccess } from '../gateway/index.ts'
import type { Provider } from '../gateway/provider.ts'
import type { Credential } from '../gateway/types.ts'
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
  readonly testedAt: Date | null
  readonly testError: string | null
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
  /** Tests and keeps a key. A key that its provider refuses is not kept; one that could not be tested is, with the reason. */
  save(credential: NewCredential, signal?: AbortSignal): Promise<CredentialView>
  remove(id: string): Promise<void>
  setEnabled(id: string, enabled: boolean): Promise<void>
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
  /** A live call with this key alone, such as the provider's list of models; rejects when it fails. */
  readonly test: (credential: Credential, baseUrl: string, signal: AbortSignal | undefined) => Promise<void>
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
    testedAt: null,
    testError: null,
  }))

const notFound = (id: string): AppError => new AppError('not-found', 'There is no such key', { details: { id } })

/** A refusal of the key itself, as opposed to a provider that cannot be asked now. */
const isRefusal = (error: AppError): boolean =>
  error.code === 'credential-invalid' || error.code === 'credential-forbidden'

const buildAccess = (
  deps: ProviderCredentialsDeps,
  stored: readonly StoredCredential[],
): ReadonlyMap<string, ProviderAccess> => {
  const { encryption } = deps
  const live = stored.filter((one) => one.enabled)
  return new Map(
    deps.providers.map((provider) => {
      const settings = deps.settings.find((one) => one.id === provider.id)
      const own = live.filter((one) => one.provider === provider.id)
      const credentials = [
        ...(settings === undefined ? [] : fromSettings(settings)),
        ...own.map(({ id, name, weight, sealedSecret }): Credential => ({
          id,
          name,
          provider: provider.id,
          weight,
          secret: () => encryption.decrypt(sealedSecret, contextOf(id)),
        })),
      ]
      const baseUrl = own.find((one) => one.baseUrl !== null)?.baseUrl ?? settings?.baseUrl ?? provider.baseUrl
      return [provider.id, { baseUrl, needsCredential: provider.needsKey, credentials }]
    }),
  )
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
  const testError = async (
    credential: Credential,
    baseUrl: string,
    signal: AbortSignal | undefined,
  ): Promise<string | null> => {
    try {
      await deps.test(credential, baseUrl, signal)
      return null
    } catch (thrown) {
      const error = toAppError(thrown)
      if (isRefusal(error) || error.code === 'cancelled') throw error
      return error.message
    }
  }

  return {
    access: (provider) => access.get(provider) ?? null,
    list: () => [...settingsViews(deps.settings), ...stored.map(toView)],
    async save({ provider: id, name, secret, weight = 1, baseUrl }, signal) {
      const provider = deps.providers.find((one) => one.id === id)
      if (provider === undefined)
        throw new AppError('invalid-request', `There is no provider “${id}”`, { details: { field: 'provider' } })
      const before = stored.find((one) => one.provider === id && one.name === name)
      const credentialId = before?.id ?? createId()
      const url = baseUrl ?? access.get(id)?.baseUrl ?? provider.baseUrl
      const failed = await testError(
        { id: credentialId, name, provider: id, weight, secret: () => secret },
        url,
        signal,
      )
      const credential: StoredCredential = {
        id: credentialId,
        provider: id,
        name,
        weight,
        sealedSecret: encryption.encrypt(secret, contextOf(credentialId)),
        masked: maskSecret(secret),
        baseUrl: baseUrl ?? null,
        enabled: true,
        testedAt: now(),
        testError: failed,
      }
      await store.save(credential, now())
      await reload()
      return toView(credential)
    },
    async remove(id) {
      if (!(await store.remove(id))) throw notFound(id)
      await reload()
    },
    async setEnabled(id, enabled) {
      await store.save({ ...find(id), enabled }, now())
      await reload()
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
