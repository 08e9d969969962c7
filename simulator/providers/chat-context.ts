// The limit every chat route checks the same way: what goes in plus what may come out against the model's window.
import type { Ask } from '../types.ts'
import { WireFailure } from '../types.ts'
import { countPrompt } from '../answer/compose.ts'
import type { ModelFacts } from '../rules/limits.ts'

type Options = { cap?: number; /** Whether the requested output counts towards the window. */ reserve: boolean }

export const checkContext = (ask: Ask, facts: ModelFacts, { cap, reserve }: Options): void => {
  const { inputTokens } = countPrompt(ask)
  const info = { model: ask.model, limit: facts.contextTokens, requested: inputTokens, outputTokens: cap ?? 0 }
  if (inputTokens + (reserve ? (cap ?? 0) : 0) > facts.contextTokens) throw new WireFailure('context-length', info)
}

export const checkImages = (ask: Ask, facts: ModelFacts): void => {
  if (!facts.vision && ask.turns.some((turn) => turn.images > 0))
    throw new WireFailure('image-unsupported', { model: ask.model })
}
