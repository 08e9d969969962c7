/** Where secrets can stand outside the settings. */

/** The text of a secret, or its fields by name. */
export type StoredSecret = string | Readonly<Record<string, unknown>>

export interface SecretStore {
  /** Rejects with an Error whose message says what to mend, continuing "OPENAI_API_KEY: …"; no secret is in it. */
  read(path: string, signal: AbortSignal): Promise<StoredSecret>
}

/** What went wrong on the way to a store, in the network's own word. */
export const networkReason = (error: unknown): string => {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current.name === 'TimeoutError') return 'no answer in time'
    if ('code' in current && typeof current.code === 'string') return current.code
  }
  return error instanceof Error ? error.message : String(error)
}
