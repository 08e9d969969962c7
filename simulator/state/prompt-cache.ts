// Prompt caching as it shows in usage: a prefix seen before by the same credential and model counts as cached.
import { createHash } from 'node:crypto'
import { CHARACTERS_PER_TOKEN } from '../tokens.ts'

const STEP_TOKENS = 128
const MIN_TOKENS = 1024
const MAX_ENTRIES = 50_000

export type PromptCache = {
  /** Longest prefix already known, in tokens (multiples of 128 from 1,024 on); the prompt is then remembered. */
  look(scope: string, prompt: string): { cachedTokens: number; writtenTokens: number }
  reset(): void
}

export const createPromptCache = (): PromptCache => {
  const known = new Set<string>()
  return {
    look(scope, prompt) {
      const steps = Math.floor(prompt.length / CHARACTERS_PER_TOKEN / STEP_TOKENS)
      const hash = createHash('sha256').update(scope)
      let cachedTokens = 0
      let longest = 0
      for (let step = 1; step <= steps; step += 1) {
        const from = (step - 1) * STEP_TOKENS * CHARACTERS_PER_TOKEN
        hash.update(prompt.slice(from, from + STEP_TOKENS * CHARACTERS_PER_TOKEN))
        const tokens = step * STEP_TOKENS
        if (tokens < MIN_TOKENS) continue
        longest = tokens
        const name = hash.copy().digest('base64')
        if (known.has(name)) cachedTokens = tokens
        else known.add(name)
      }
      if (known.size > MAX_ENTRIES) known.clear()
      return { cachedTokens, writtenTokens: longest - cachedTokens }
    },
    reset() {
      known.clear()
    },
  }
}
