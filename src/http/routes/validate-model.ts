/** Can this model be used now? */
import type { FastifyInstance } from 'fastify'
import type { ModelRow } from '../../gateway/index.ts'
import { readReason } from '../../reasons.ts'
import { validateModel } from '../contract/validate-model.ts'
import type { HttpDependencies } from '../dependencies.ts'
import { registerRoute } from '../register-route.ts'

const toFacts = (row: ModelRow | null) => ({
  max_tokens: row?.maxOutputTokens ?? null,
  context_window: row?.contextLength ?? null,
})

const toSuggestion = (row: ModelRow) => ({
  provider: row.provider,
  model_key: row.key,
  display_name: row.displayName,
  ...toFacts(row),
  credit_multiplier: row.creditMultiplier,
  input_per_million: row.prices?.inputPerMillion ?? null,
  output_per_million: row.prices?.outputPerMillion ?? null,
})

export const registerValidateModel = (app: FastifyInstance, { modelValidation }: HttpDependencies): void => {
  registerRoute(app, validateModel, async ({ body, request }) => {
    const told = await modelValidation.validate(body.provider, body.model_key, request.signal, body.fresh)
    return {
      provider: told.row?.provider ?? body.provider,
      model_key: told.row?.key ?? body.model_key,
      available: told.available,
      status: told.verdict,
      reason: told.reason,
      because: told.reason === null ? null : readReason(told.reason),
      suggestion: told.suggestions.map((row) => ({
        ...toSuggestion(row),
        confirmed: modelValidation.glance(row).available === true,
      })),
      ...toFacts(told.row),
      credit_multiplier: told.row?.creditMultiplier ?? null,
      checked_at: new Date(told.checkedAtMs).toISOString(),
      source: told.source,
    }
  })
}
