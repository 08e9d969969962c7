/** What pages may see of a key: never the secret itself. */
import { fromSettings, type ProviderSettings } from './credential-access.ts'
import type { StoredCredential } from './credentials.store.ts'
import { maskSecret } from './mask-secret.ts'

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

export const toView = (stored: StoredCredential): CredentialView => ({
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

export const settingsViews = (settings: readonly ProviderSettings[]): readonly CredentialView[] =>
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
