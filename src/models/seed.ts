/**
 * The models that are known from the start, as data in `seed/<provider>.json`: the only place where models are named.
 *
 * Limits and prices carry their source. A row that its provider has retired is there with its reason, so that an old
 * name gets an explanation and a suggestion instead of a 404. Multipliers that the requirements do not give follow the
 * price (three parts input, one part output; USD per million): below 1 → 1, 2.5 → 1.5, 5 → 2, 10 → 3, 20 → 4, above → 6.
 */
import anthropic from './seed/anthropic.json' with { type: 'json' }
import chains from './seed/chains.json' with { type: 'json' }
import gemini from './seed/gemini.json' with { type: 'json' }
import groq from './seed/groq.json' with { type: 'json' }
import offline from './seed/offline.json' with { type: 'json' }
import openai from './seed/openai.json' with { type: 'json' }
import together from './seed/together.json' with { type: 'json' }
import type { StoredModel } from './model.ts'

/** A row as the files hold it; what is left out is nothing. */
export interface SeedRow extends Omit<StoredModel, 'provider' | 'rules' | 'removalReason' | 'retiresAt' | 'origin'> {
  readonly removalReason?: string
  readonly retiresAt?: string
}

// JSON is read with its widest types; `seed.test.ts` checks every row against the narrow ones.
const FILES = { openai, together, groq, gemini, anthropic, offline } as unknown as Readonly<
  Record<string, readonly SeedRow[]>
>

export const seedModels: readonly StoredModel[] = Object.entries(FILES).flatMap(([provider, rows]) =>
  rows.map(({ removalReason = null, retiresAt = null, ...row }) => ({
    ...row,
    provider,
    removalReason,
    retiresAt,
    rules: {},
    origin: 'seed' as const,
  })),
)

/** Asked when all others failed, unless the host says otherwise: requirement C3 wants Gemini. */
export const seedLastResort: readonly string[] = chains.lastResort
