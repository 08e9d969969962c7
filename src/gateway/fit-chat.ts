/** What stands between a chat request and its model: the rules of provider, family, row and what was learned. Pure. */
import { mergeRules, rulesFor } from './catalog/rules.ts'
import { applyRules } from './dialects/apply-rules.ts'
import type { FittedRequest } from './dialects/fitting.ts'
import type { EncodeContext, Provider } from './provider.ts'
import type { ParameterPolicy } from './types/call-options.ts'
import type { ModelRow, ModelRules } from './types/models.ts'
import type { ChatRequest } from './types/requests.ts'

interface Encoding {
  readonly provider: Provider
  readonly model: ModelRow
  readonly policy: ParameterPolicy
  readonly stream: boolean
}

/** What the provider's wire lacks, as rules. */
export const withTraits = (rules: ModelRules, provider: Provider): ModelRules =>
  provider.request?.noToolChoice ? mergeRules(rules, { refuses: ['forced-tool-choice'] }) : rules

export const encodingFor = (encoding: Encoding): EncodeContext => {
  const { provider, model } = encoding
  return { ...encoding, rules: withTraits(rulesFor(provider.id, model.key, model.rules), provider) }
}

/** The request as this model takes it, before it is written in its provider's format. */
export const fitChat = (request: ChatRequest, { provider, model, rules, policy }: EncodeContext): FittedRequest => {
  const { capabilities } = model
  return applyRules(request, {
    provider: provider.id,
    model: model.key,
    rules,
    providerDrops: provider.request?.drop ?? [],
    policy,
    ...(provider.request?.stop && { stop: provider.request.stop }),
    noJsonMode: provider.request?.noJsonMode ?? false,
    schemaSupport: capabilities.includes('schema') ? 'native' : capabilities.includes('json') ? 'json' : 'prompt',
  })
}
