/**
 * How much an Anthropic model thinks: by a word (`adaptive`), or by a budget of tokens that is part of the output cap.
 * With a budget only default sampling and a free choice of tools are taken; what is left out for it is told.
 */
import { sayReason } from '../../reasons.ts'
import type { EncodeContext } from '../provider.ts'
import type { Note } from '../types/attempts.ts'
import type { JsonObject } from '../types/json.ts'
import type { ChatRequest, ReasoningEffort } from '../types/requests.ts'
import { drop, dropAll, inTurn, map, nameOf, unchanged, type FittedRequest, type Fitting } from './fitting.ts'

export interface FittedThinking {
  readonly request: ChatRequest
  readonly notes: readonly Note[]
  readonly thinking?: JsonObject
  readonly output_config?: JsonObject
}

/** What an effort may take: so many tokens, and so much of the output cap. Both rise, so that more effort is more thought. */
const BUDGETS: Readonly<Record<Exclude<ReasoningEffort, 'none'>, { readonly most: number; readonly share: number }>> = {
  minimal: { most: 1024, share: 0.15 },
  low: { most: 2048, share: 0.25 },
  medium: { most: 8192, share: 0.4 },
  high: { most: 16_384, share: 0.55 },
  xhigh: { most: 24_576, share: 0.65 },
  max: { most: 32_768, share: 0.75 },
}
/** The provider takes no smaller budget. */
const LEAST_BUDGET = 1024

/** Null: with the least budget too little would be left for the answer. */
const budgetOf = (effort: Exclude<ReasoningEffort, 'none'>, maxTokens: number): number | null => {
  if (maxTokens < 2 * LEAST_BUDGET) return null
  const { most, share } = BUDGETS[effort]
  return Math.max(LEAST_BUDGET, Math.min(most, Math.floor(maxTokens * share)))
}

const sayThinking = (model: string, parameter: string): string =>
  sayReason('parameter-dropped-thinking', { model, parameter })

const freeChoice = (request: ChatRequest, context: Fitting): FittedRequest => {
  const forced = request.toolChoice === 'required' || typeof request.toolChoice === 'object'
  if (!forced || !request.tools?.length) return unchanged(request)
  const message = sayReason('tools-left-free-thinking', { model: nameOf(context) })
  return map(context, 'toolChoice', message, () => ({ ...request, toolChoice: 'auto' }))
}

export const fitThinking = (request: ChatRequest, encoding: EncodeContext, maxTokens: number): FittedThinking => {
  const { effort, includeText } = request.reasoning ?? {}
  if (effort === undefined && !includeText) return unchanged(request)
  if (effort === 'none') return { ...unchanged(request), thinking: { type: 'disabled' } }
  if (encoding.rules.thinking === 'adaptive') {
    return {
      ...unchanged(request),
      thinking: { type: 'adaptive', ...(includeText ? { display: 'summarized' } : {}) },
      ...(effort === undefined ? {} : { output_config: { effort } }),
    }
  }
  const context: Fitting = { provider: encoding.provider.id, model: encoding.model.key, policy: encoding.policy }
  const budget = budgetOf(effort ?? 'low', maxTokens)
  if (budget === null)
    return drop(request, 'reasoning', context, (model) => sayReason('no-room-to-think', { model, tokens: maxTokens }))
  const fitted = inTurn(request, [
    (before) => dropAll(before, ['temperature', 'topP', 'topK'], context, sayThinking),
    (before) => freeChoice(before, context),
  ])
  return { ...fitted, thinking: { type: 'enabled', budget_tokens: budget } }
}
