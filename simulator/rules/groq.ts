// What Groq refuses on the chat path (fact sheet 3.3).
import type { JsonObject } from '../types.ts'
import { WireFailure } from '../types.ts'
import { toArray, toNumber, toObject, toText } from '../json.ts'
import type { ModelFacts } from './limits.ts'
import { TOKENS_BY_EFFORT } from './openai.ts'

const REFUSED = ['logit_bias', 'logprobs', 'top_logprobs', 'presence_penalty', 'frequency_penalty']
const MAX_TOOLS = 128

const invalid = (message: string, parameter?: string) =>
  new WireFailure('invalid-request', { message, ...(parameter === undefined ? {} : { parameter }) })

const checkMessages = (body: JsonObject, facts: ModelFacts) => {
  toArray(body['messages']).forEach((entry, index) => {
    const message = toObject(entry)
    if (Array.isArray(message['content']) && !facts.vision) {
      throw invalid(`messages[${index}].content must be a string`, `messages[${index}].content`)
    }
    if ('function_call' in message && message['function_call'] === null) {
      throw invalid(
        `'messages.${index}' : for 'role:assistant' the following must be satisfied[('messages.${index}.function_call' : value must be an object)]`,
      )
    }
  })
}

const checkFormat = (body: JsonObject, facts: ModelFacts) => {
  const format = toObject(body['response_format'])
  if (format['type'] !== 'json_schema') return
  if (/compound/.test(facts.id))
    throw invalid(
      `This model does not support response format \`json_schema\`. See supported models at https://console.groq.com/docs/structured-outputs#supported-models`,
      'response_format',
    )
  if (toObject(toObject(format['json_schema'])['schema'])['type'] === undefined)
    throw invalid('json schema is required', 'response_format')
  if (toArray(body['tools']).length > 0) throw invalid('json mode cannot be combined with tool/function calling')
}

const effortOf = (body: JsonObject, facts: ModelFacts): string => {
  const effort = toText(body['reasoning_effort'])
  if (/gpt-oss/.test(facts.id)) {
    if (effort === '') return 'medium'
    if (['low', 'medium', 'high'].includes(effort)) return effort
    throw invalid('`reasoning_effort` must be one of `low`, `medium`, or `high`', 'reasoning_effort')
  }
  if (/qwen3/.test(facts.id)) {
    if (effort === '' || effort === 'default') return 'medium'
    if (effort === 'none') return 'none'
    throw invalid('`reasoning_effort` must be one of `none` or `default`', 'reasoning_effort')
  }
  if (effort !== '') throw invalid('reasoning_effort is not supported with this model', 'reasoning_effort')
  return 'none'
}

export type GroqThinking = { tokens: number; show: 'field' | 'tags' | 'hidden' }

/** Refuses what Groq refuses; answers how much the model thinks and where the thinking goes. */
export const checkGroq = (body: JsonObject, facts: ModelFacts): GroqThinking => {
  if (facts.kind !== 'chat') throw new WireFailure('not-a-chat-model', { model: facts.id })
  for (const name of REFUSED) {
    const value = body[name]
    if (value !== undefined && value !== null && value !== 0 && value !== false) {
      throw new WireFailure('unsupported-parameter', { parameter: name })
    }
  }
  if ((toNumber(body['n']) ?? 1) !== 1) throw invalid("'n' : number must be at most 1", 'n')
  if (Array.isArray(body['tools']) && body['tools'].length === 0)
    throw invalid("'tools' : minimum number of items is 1", 'tools')
  if (toArray(body['tools']).length > MAX_TOOLS) throw invalid("'tools' : maximum number of items is 128", 'tools')
  checkMessages(body, facts)
  checkFormat(body, facts)
  const format = toText(body['reasoning_format'])
  if (format !== '' && body['include_reasoning'] !== undefined) {
    throw invalid('cannot specify both `reasoning_format` and `include_reasoning`', 'reasoning_format')
  }
  const tokens = TOKENS_BY_EFFORT[effortOf(body, facts)] ?? 0
  const hidden = format === 'hidden' || body['include_reasoning'] === false
  const tags = format === 'raw' || (format === '' && /qwen3/.test(facts.id))
  return { tokens, show: hidden ? 'hidden' : tags ? 'tags' : 'field' }
}
