/** How each provider is reached: with which keys, from the settings and the database, at which address. */
import type { Credential, ProviderAccess } from '../../gateway/index.ts'
import type { Provider } from '../../gateway/provider.ts'
import type { Encryption } from '../../lib/encryption.ts'
import type { StoredCredential } from './credentials.store.ts'

/** The settings' slice of a provider. */
export interface ProviderSettings {
  readonly id: string
  readonly apiKeys: readonly string[]
  readonly baseUrl: string | undefined
}

export interface AccessDeps {
  readonly providers: readonly Provider[]
  readonly settings: readonly ProviderSettings[]
  readonly encryption: Encryption
}

/** Binds a sealed secret to its row. */
export const contextOf = (id: string): string => `provider-credential:${id}`

export const fromSettings = (settings: ProviderSettings): readonly Credential[] =>
  settings.apiKeys.map((secret, at) => ({
    id: `settings:${settings.id}:${at + 1}`,
    name: settings.apiKeys.length === 1 ? 'settings' : `settings ${at + 1}`,
    provider: settings.id,
    secret: () => secret,
    weight: 1,
  }))

export const accessOf = (deps: AccessDeps, own: readonly StoredCredential[], id: string): ProviderAccess | null => {
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
export const buildAccess = (
  deps: AccessDeps,
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
