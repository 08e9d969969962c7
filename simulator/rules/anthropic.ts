// What Anthropic refuses (fact sheet 5.1, 5.3): version, required fields, sampling, open schemas, prefilled answers.
import type { IncomingHttpHeaders } from 'node:http'
import type { JsonObject } from '../types.ts'
import { WireFailure } from '../types.ts'
import { isObject, toArray, toNumber, toObject, toText } from '../json.ts'
import type { ModelFacts } from './limits.ts'

const VERSIONS = ['2023-06-01', '2026-10-21']
const LEAST_BUDGET = 1024
const THINKING_SHARE = 15

const FIELDS = new Set([
  ...['model', 'max_tokens', 'messages', 'system', 'stop_sequences', 'stream', 'tools', 'tool_choice', 'thinking'],
  ...[
    'output_config',
    'metadata',
    'service_tier',
    'speed',
    'inference_geo',
    'cache_control',
    'container',
    'mcp_servers',
  ],
  ...['context_management', 'temperature', 'top_p', 'top_k'],
])

const invalid = (message: string) => new WireFailure('invalid-request', { message })
const extra = (parameter: string) => new WireFailure('unsupported-parameter', { parameter })

export const checkVersion = (headers: IncomingHttpHeaders): string => {
  const version = headers['anthropic-version']
  if (typeof version !== 'string' || version === '') throw new WireFailure('missing-version')
  if (!VERSIONS.includes(version)) throw new WireFailure('invalid-version', { value: version })
  return version
}

const isOld = (id: string) => /-(3|4-[15]|4)(-|$)|-4-5/.test(id)

const checkSampling = (body: JsonObject, facts: ModelFacts, version: string) => {
  const sent = ['temperature', 'top_p', 'top_k'].filter((name) => body[name] !== undefined)
  if (version === '2026-10-21') {
    const [first] = sent
    if (first !== undefined) throw extra(first)
    return
  }
  if (isOld(facts.id) || /-4-6/.test(facts.id)) return
  if (body['temperature'] !== undefined && body['temperature'] !== 1)
    throw invalid('`temperature` may only be set to 1 for this model.')
  if (body['top_p'] !== undefined && (toNumber(body['top_p']) ?? 0) < 0.99)
    throw invalid('`top_p` must be greater than or equal to 0.99 for this model.')
  if (body['top_k'] !== undefined) throw invalid('`top_k` is not supported for this model.')
}

const findOpenObject = (schema: unknown, path: string): string | undefined => {
  if (Array.isArray(schema)) {
    return schema.map((entry, index) => findOpenObject(entry, `${path}.${index}`)).find((found) => found !== undefined)
  }
  if (!isObject(schema)) return undefined
  if (schema['type'] === 'object' && schema['additionalProperties'] !== false) return path
  const inner = Object.entries(schema).flatMap(([key, value]) =>
    key === 'properties' || key === '$defs'
      ? Object.entries(toObject(value)).map(([name, child]) => findOpenObject(child, `${path}.${key}.${name}`))
      : ['items', 'anyOf', 'allOf'].includes(key)
        ? [findOpenObject(value, `${path}.${key}`)]
        : [],
  )
  return inner.find((found) => found !== undefined)
}

const checkSchema = (body: JsonObject) => {
  const format = toObject(toObject(body['output_config'])['format'])
  if (format['type'] !== 'json_schema') return
  const open = findOpenObject(format['schema'], 'output_config.format.schema')
  if (open !== undefined) throw new WireFailure('schema-open', { parameter: open })
}

/** Adaptive thinking skips tool turns unless the effort is high, as recorded. */
const adapts = (body: JsonObject, effort: string): boolean =>
  toArray(body['tools']).length === 0 || ['high', 'xhigh', 'max'].includes(effort)

const checkThinking = (body: JsonObject, facts: ModelFacts): boolean => {
  const thinking = toObject(body['thinking'])
  const type = toText(thinking['type'])
  const newest = /(opus|sonnet)-5-5|fable-5-1/.test(facts.id)
  if (newest && type === 'disabled') throw invalid('thinking.type: this model does not allow thinking to be disabled')
  if (newest && ['any', 'tool'].includes(toText(toObject(body['tool_choice'])['type']))) {
    throw invalid('tool_choice: forced tool use is not supported for this model')
  }
  if (type === 'enabled') {
    const budget = toNumber(thinking['budget_tokens'])
    if (!isOld(facts.id) && !/-4-6/.test(facts.id)) {
      throw invalid('thinking.type.enabled is not supported for this model. Use adaptive thinking instead.')
    }
    if (budget === undefined)
      throw new WireFailure('missing-parameter', { parameter: 'thinking.enabled.budget_tokens' })
    if (budget < LEAST_BUDGET)
      throw invalid('thinking.enabled.budget_tokens: Input should be greater than or equal to 1024')
    if (budget >= (toNumber(body['max_tokens']) ?? 0))
      throw invalid('`max_tokens` must be greater than `thinking.budget_tokens`.')
    return true
  }
  if (type === 'adaptive' && isOld(facts.id)) throw invalid('adaptive thinking is not supported on this model')
  const effort = toText(toObject(body['output_config'])['effort'])
  if (effort !== '' && !['low', 'medium', 'high', 'xhigh', 'max'].includes(effort))
    throw invalid('output_config.effort: invalid value')
  if (effort !== '' && /haiku-4-5|sonnet-4-5/.test(facts.id))
    throw invalid('This model does not support the effort parameter.')
  return (type === 'adaptive' || type === 'between_tools' || newest) && adapts(body, effort)
}

const checkTurns = (body: JsonObject, facts: ModelFacts) => {
  const messages = toArray(body['messages']).map(toObject)
  if (messages.length === 0) throw invalid('messages: at least one message is required')
  const last = messages.at(-1)
  if (last?.['role'] === 'assistant' && !isOld(facts.id)) throw new WireFailure('prefill-refused')
  if (last?.['role'] === 'assistant' && /\s$/.test(toText(last['content']))) {
    throw invalid('messages: final assistant content cannot end with trailing whitespace')
  }
  messages.forEach((message, index) => {
    if (!['user', 'assistant', 'system'].includes(toText(message['role']))) {
      throw invalid(`messages.${index}.role: Input should be 'user', 'assistant' or 'system'`)
    }
    const blocks = toArray(message['content']).map(toObject)
    const empty = blocks.some((block) => block['type'] === 'text' && block['text'] === '')
    if (empty) throw invalid('messages: text content blocks must be non-empty')
    if (message['content'] === '' && message !== last)
      throw invalid(`messages.${index}: all messages must have non-empty content`)
  })
}

/** Refuses what Anthropic refuses; answers how many tokens the model thinks. `counting` leaves max_tokens out. */
export const checkAnthropic = (
  body: JsonObject,
  facts: ModelFacts,
  headers: IncomingHttpHeaders,
  counting = false,
): number => {
  const version = checkVersion(headers)
  const unknown = Object.keys(body).find((name) => !FIELDS.has(name))
  if (unknown !== undefined) throw extra(unknown)
  const cap = toNumber(body['max_tokens'])
  if (!counting && cap === undefined) throw new WireFailure('missing-parameter', { parameter: 'max_tokens' })
  if (cap !== undefined && cap > facts.maxOutputTokens)
    throw new WireFailure('max-output', { limit: facts.maxOutputTokens, requested: cap })
  checkSampling(body, facts, version)
  checkSchema(body)
  checkTurns(body, facts)
  return checkThinking(body, facts) ? THINKING_SHARE : 0
}
