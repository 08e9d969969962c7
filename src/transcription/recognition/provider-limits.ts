/**
 * What providers' audio endpoints take in one request, as data.
 *
 * Sources: the providers' speech-to-text guides as of 2026-11. Bytes are kept 4 % under the stated limit, for the form
 * around the file. A provider that isn't named gets the smallest limits known.
 */
export interface ProviderLimits {
  readonly maxBytes: number
  /** Longest audio in one request. */
  readonly maxSecond: number
  /** Requests of one recording under way at once. */
  readonly parallel: number
}

const MB = 1_000_000

const smallest: ProviderLimits = { maxBytes: 24 * MB, maxSecond: 600, parallel: 2 }

const limits: Readonly<Record<string, ProviderLimits>> = Object.freeze({
  // 25 MB a file; the newer models refuse more than 1,500 s and answer at most some 2,000 tokens of text well.
  openai: { maxBytes: 24 * MB, maxSecond: 600, parallel: 3 },
  // 25 MB on the free tier, 100 MB on the paid one; the key doesn't tell which.
  groq: { maxBytes: 24 * MB, maxSecond: 600, parallel: 2 },
  together: { maxBytes: 24 * MB, maxSecond: 600, parallel: 2 },
  // Audio goes inside the request, 20 MB with everything else, in base64: 14 MB of sound.
  gemini: { maxBytes: 14 * MB, maxSecond: 600, parallel: 2 },
})

export const limitsOf = (provider: string): ProviderLimits => limits[provider] ?? smallest
