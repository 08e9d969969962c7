import type { Provider } from '../provider.ts'
import type { Credential } from '../types/credential.ts'
import type { Send } from './transport.ts'

/** Whom a call goes to and with which key; `model` is null where a provider is asked for its list. */
export interface WireAccess {
  readonly provider: Provider
  readonly model: string | null
  readonly credential: Credential | null
  readonly baseUrl: string
}

export interface WireDeps {
  readonly send: Send
  readonly now: () => number
  /** Makes tool-call ids where the provider gives none. */
  readonly newId: () => string
  /** How long a whole answer waits for usage and end marker of a stream that stays open. */
  readonly lingerMs: number
}
