/**
 * The keys that we hold for providers: from the settings and from the database, as the gateway wants them.
 *
 * A secret leaves this room in one way only, through `secret()` at the moment of a call. What an administrator saves is
 * tested first with a live call, sealed under the master key, and shown masked ever after.
 */
import { AppError } from '../../errors.ts'
import type { AccessSource } from '../../gateway/index.ts'
import { createId } from '../../lib/ids.ts'
import { accessOf, buildAccess, contextOf, fromSettings, type AccessDeps } from './credential-access.ts'
import { settingsViews, toView, type CredentialView } from './credential-view.ts'
import type { CredentialFields, CredentialsStore, StoredCredential } from './credentials.store.ts'
import { maskSecret } from './mask-secret.ts'
import {
  isRefusal,
  tryCredential,
  type CredentialTest,
  type KeyInUse,
  type TryCredentialDeps,
} from './try-credential.ts'

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

export interface ProviderCredentialsDeps extends AccessDeps, TryCredentialDeps {
  readonly store: CredentialsStore
}

const notFound = (id: string): AppError => new AppError('not-found', 'There is no such key', { details: { id } })

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
  const changeStored = async (id: string, fields: CredentialFields): Promise<StoredCredential | undefined> => {
    const changed = await store.change(id, fields, now())
    await reload()
    return changed
  }
  /** The key with this id as a call uses it, wherever it comes from. */
  const inUse = (id: string): KeyInUse => {
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
      // Another process may have kept a key under this name.
      await reload()
      const { provider, name, secret, weight = 1, baseUrl } = given
      const before = stored.find((one) => one.provider === provider && one.name === name)
      const id = before?.id ?? createId()
      const url = baseUrl ?? accessOf(deps, before === undefined ? [] : [before], provider)?.baseUrl ?? ''
      const credential = secret === '' ? null : { id, name, provider, weight, secret: () => secret }
      const test = await tryCredential(deps, { provider, credential, baseUrl: url }, signal)
      if (test.error !== null && isRefusal(test.error)) throw test.error
      const kept: StoredCredential = {
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
      }
      await store.save(kept, now())
      await reload()
      return toView(kept)
    },
    async remove(id) {
      if (!(await store.remove(id))) throw notFound(id)
      await reload()
    },
    async change(id, change) {
      const changed = await changeStored(id, change)
      if (changed === undefined) throw notFound(id)
      return toView(changed)
    },
    async test(id, signal) {
      const test = await tryCredential(deps, inUse(id), signal)
      if (stored.some((one) => one.id === id))
        await changeStored(id, { testedAt: now(), testError: test.error?.message ?? null })
      return test
    },
    async rotate() {
      await reload()
      const old = stored.filter((one) => encryption.isOutdated(one.sealedSecret))
      for (const { id, sealedSecret } of old) {
        const context = contextOf(id)
        const to = encryption.encrypt(encryption.decrypt(sealedSecret, context), context)
        await store.reseal(id, { from: sealedSecret, to }, now())
      }
      await reload()
      return old.length
    },
    reload,
  }
}
