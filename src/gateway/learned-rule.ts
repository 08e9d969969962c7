/**
 * What a refusal teaches about a model: that it does not take a field, wants it by another name, or takes it only so.
 * Pure: who asks again with it, and who keeps it, is decided elsewhere.
 */
import type { AppError } from '../errors.ts'
import { toText } from '../lib/json.ts'
import type { LearnedRule } from './catalog/learned-rules.ts'
import type { JsonObject } from './types/json.ts'
import type { ModelRules } from './types/models.ts'

/** Wire names of all dialects and operations → the field of our request that they come from. */
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
  max_new_tokens: 'maxOutputTokens',
  include_reasoning: 'reasoning',
  reasoning_format: 'reasoning',
  output_config: 'reasoning',
  responseSchema: 'responseFormat',
  dimensions: 'dimensions',
  language: 'language',
  prompt: 'prompt',
  timestamp_granularities: 'timestamps',
  diarize: 'diarize',
  size: 'size',
  n: 'count',
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

/** How the refused request was made. */
export interface RefusedRequest {
  /** Names of the fields that it had. */
  readonly fields: ReadonlySet<string>
  /** What it passed on to this provider as it is. */
  readonly options?: JsonObject | undefined
}

/** Null when there is nothing to leave out or to say otherwise: messages, model and tools are not to be dropped. */
export const learnRule = (error: AppError, request: RefusedRequest): Omit<LearnedRule, 'learnedAtMs'> | null => {
  // A cap that is too high is the row's fault and no reason to send none from now on.
  if (error.code !== 'unsupported-parameter' || error.details['reason'] === 'output-cap') return null
  const field = toText(error.details['parameter'])
  const evidence = toText(error.details['providerMessage']) ?? error.message
  const provider = toText(error.details['provider'])
  const model = toText(error.details['model'])
  if (field === null || provider === null || model === null) return null
  const rules = rulesOf(field, evidence, request)
  return rules === null ? null : { provider, model, field, rules, evidence }
}

const rulesOf = (field: string, message: string, { fields, options }: RefusedRequest): ModelRules | null => {
  const effort = TOOLS_NEED_EFFORT.exec(message)?.[1]
  if (effort === 'none' || effort === 'minimal' || effort === 'low') return { toolsNeedEffort: effort }
  const name = lastName(field)
  const instead = INSTEAD.exec(message)?.[1]
  if (instead !== undefined && instead !== name) return { rename: { [name]: instead } }
  // What the caller passed on under the provider's own name is dropped there; our own field may be without blame.
  if (options !== undefined && Object.hasOwn(options, name)) return { drop: [`providerOptions.${name}`] }
  // Of a transcription, the form of the answer is how times are asked for.
  const own = name === 'response_format' && fields.has('timestamps') ? 'timestamps' : FIELD_OF[name]
  return own !== undefined && fields.has(own) ? { drop: [own] } : null
}
