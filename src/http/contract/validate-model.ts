/** Can this model be used now? Field names are those of the requirements' API. */
import { z } from 'zod'
import { becauseSchema } from './reason.ts'
import { defineRoute, timestamp } from './route.ts'

export const modelSuggestionSchema = z.object({
  provider: z.string(),
  model_key: z.string(),
  display_name: z.string(),
  max_tokens: z.int().nullable(),
  context_window: z.int().nullable(),
  credit_multiplier: z.number(),
  /** USD per million tokens; null is unknown, never free. */
  input_per_million: z.number().nullable(),
  output_per_million: z.number().nullable(),
  /** False: nobody has seen it answer yet. */
  confirmed: z.boolean(),
})

export const modelValidationSchema = z.object({
  provider: z.string(),
  model_key: z.string(),
  /** Null: it cannot be told now; `reason` says why. */
  available: z.boolean().nullable(),
  status: z.enum([
    'available',
    'not-in-catalog',
    'inactive',
    'not-set-up',
    'not-served',
    'unconfirmed',
    'provider-unreachable',
  ]),
  reason: z.string().nullable(),
  /** `reason` as data, where it is a sentence of ours. */
  because: becauseSchema,
  /** Nearest models that can be used, by capability, size and price; empty when this one can. */
  suggestion: z.array(modelSuggestionSchema),
  max_tokens: z.int().nullable(),
  context_window: z.int().nullable(),
  credit_multiplier: z.number().nullable(),
  checked_at: timestamp,
  source: z.enum(['cache', 'live']),
})
export type ModelValidationAnswer = z.infer<typeof modelValidationSchema>

export const validateModel = defineRoute({
  method: 'POST',
  path: '/api/v1/credits/validate-model',
  access: 'user',
  tag: 'models',
  summary: 'Whether a model can be used now, and what to take instead',
  body: z.object({
    provider: z.string().trim().min(1).max(60),
    model_key: z.string().trim().min(1).max(200),
    /** Before work begins: the provider is asked again where its last answer is older than a minute. */
    fresh: z.boolean().default(false),
  }),
  response: modelValidationSchema,
})
