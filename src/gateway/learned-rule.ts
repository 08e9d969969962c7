/**
 * What a refusal teaches about a model: that it does not take a field, or wants it by another name. The caller of the
 * attempt applies it to the row's rules, asks once more, and shows it to admins.
 */
import type { AppError } from '../errors.ts'
import { toText } from '../lib/json.ts'
import { mergeRules } from './catalog/rules.ts'
import type { ChatRequest, ModelRow, ModelRules } from './types.ts'

export interface LearnedRule {
  readonly provider: string
  readonly model: string
  /** As the provider named it. */
  readonly field: string
  /** To be merged into the row's own rules. */
  readonly rules: ModelRules
  /** What the provider said, keys masked. */
  readonly message: string
}

/** Wire names of all dialects → the field of `ChatRequest` that they come from. */
const FIELD_OF: Readonly<Record<string, string>> = {
  temperature: 'temperature',
  top_p: 'topP',
  topP: 'topP',
  top_k: 'topK',
  topK: 'topK',
  frequency_penalty: 'frequencyPenalty',
  frequencyPenalty: 'frequencyPenalty',
  presence_penalty: 'presencePenalty',
  presencePenalty: 'presencePenalty',
  stop: 'stop',
  stop_sequences: 'stop',
  stopSequences: 'stop',
  seed: 'seed',
  parallel_tool_calls: 'parallelToolCalls',
  response_format: 'responseFormat',
  responseJsonSchema: 'responseFormat',
  reasoning: 'reasoning',
  reasoning_effort: 'reasoning',
  thinking: 'reasoning',
  thinkingConfig: 'reasoning',
  max_tokens: 'maxOutputTokens',
  max_completion_tokens: 'maxOutputTokens',
  maxOutputTokens: 'maxOutputTokens',
}

/** The rejected name without its path: `generation_config.top_k` is `top_k`. */
const lastName = (field: string): string =>
  field
    .replace(/\[\d+\]/g, '')
    .split('.')
    .at(-1) ?? field

const INSTEAD = /use ['"`]([a-z_]+)['"`] instead/i
const TOOLS_NEED_EFFORT =
  /function tools with reasoning_effort are not supported[\s\S]*set reasoning_effort to ['"]?(none|minimal|low)/i

/** Null when the refusal names no field that could be left out: messages, model and tools are not to be dropped. */
export const learnRule = (error: AppError): LearnedRule | null => {
  // A cap that is too high is the row's fault and no reason to send none from now on.
  if (error.code !== 'unsupported-parameter' || error.details['reason'] === 'output-cap') return null
  const field = toText(error.details['parameter'])
  const message = toText(error.details['providerMessage']) ?? error.message
  const provider = toText(error.details['provider'])
  const model = toText(error.details['model'])
  if (field === null || provider === null || model === null) return null
  const rules = rulesOf(field, message)
  return rules === null ? null : { provider, model, field, rules, message }
}

const rulesOf = (field: string, message: string): ModelRules | null => {
  const effort = TOOLS_NEED_EFFORT.exec(message)?.[1]
  if (effort === 'none' || effort === 'minimal' || effort === 'low') return { toolsNeedEffort: effort }
  const name = lastName(field)
  const instead = INSTEAD.exec(message)?.[1]
  if (instead !== undefined && instead !== name) return { rename: { [name]: instead } }
  const own = FIELD_OF[name]
  return own === undefined ? null : { drop: [own] }
}

/** The row with what was learned. */
export const withLearnedRule = (row: ModelRow, learned: LearnedRule): ModelRow => ({
  ...row,
  rules: mergeRules(row.rules, learned.rules),
})

/**
 * The request without a field that a provider named, by its wire name or ours, also where it came in through
 * `providerOptions`. Null when there is no such field to take out, so that nobody asks the same again.
 */
export const withoutParameter = (request: ChatRequest, field: string, provider?: string): ChatRequest | null => {
  const name = lastName(field)
  const own = FIELD_OF[name] ?? name
  const options = provider === undefined ? undefined : request.providerOptions?.[provider]
  const inOptions = options !== undefined && name in options
  const droppable = new Set(Object.values(FIELD_OF))
  const inRequest = droppable.has(own) && (request as unknown as Record<string, unknown>)[own] !== undefined
  if (!inRequest && !inOptions) return null
  const { [own]: _dropped, ...rest } = request as unknown as Record<string, unknown>
  const base = (inRequest ? rest : request) as unknown as ChatRequest
  if (!inOptions || provider === undefined) return base
  const { [name]: _option, ...left } = options
  return { ...base, providerOptions: { ...request.providerOptions, [provider]: left } }
}
