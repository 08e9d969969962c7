// Which fields OpenAI's model families refuse on the chat path (fact sheet 1.3), and how much they think.
import type { JsonObject } from '../types.ts'
import { WireFailure } from '../types.ts'
import { toArray, toNumber, toObject, toText } from '../json.ts'
import { countTokens } from '../tokens.ts'
import type { ModelFacts } from './limits.ts'

type Family = {
  pattern: RegExp
  efforts: string[]
  defaultEffort: string
  /** temperature, top_p, logprobs: never, or only without thinking. */
  sampling: 'never' | 'without-effort'
  /** Function tools: always, unless an effort is sent, only with effort none, never. */
  tools: 'always' | 'unless-effort' | 'only-none' | 'never'
  stop: 'always' | 'without-effort' | 'never'
}

const UP_TO_HIGH = ['low', 'medium', 'high']
const FAMILIES: Family[] = [
  {
    pattern: /^gpt-(6-astra|6\.1-sol)/,
    efforts: [...UP_TO_HIGH, 'xhigh', 'max'],
    defaultEffort: 'medium',
    sampling: 'never',
    tools: 'never',
    stop: 'always',
  },
  {
    pattern: /^gpt-6/,
    efforts: ['none', ...UP_TO_HIGH, 'xhigh', 'max'],
    defaultEffort: 'medium',
    sampling: 'without-effort',
    tools: 'only-none',
    stop: 'always',
  },
  {
    pattern: /^gpt-5\.6/,
    efforts: ['none', ...UP_TO_HIGH, 'xhigh', 'max'],
    defaultEffort: 'medium',
    sampling: 'without-effort',
    tools: 'only-none',
    stop: 'without-effort',
  },
  {
    pattern: /^gpt-5\.[45]/,
    efforts: ['none', ...UP_TO_HIGH, 'xhigh'],
    defaultEffort: 'none',
    sampling: 'without-effort',
    tools: 'unless-effort',
    stop: 'always',
  },
  {
    pattern: /^gpt-5\.[23]/,
    efforts: ['none', ...UP_TO_HIGH, 'xhigh'],
    defaultEffort: 'none',
    sampling: 'without-effort',
    tools: 'always',
    stop: 'always',
  },
  {
    pattern: /^gpt-5\.1/,
    efforts: ['none', ...UP_TO_HIGH],
    defaultEffort: 'none',
    sampling: 'without-effort',
    tools: 'always',
    stop: 'always',
  },
  {
    pattern: /^gpt-5/,
    efforts: ['minimal', ...UP_TO_HIGH],
    defaultEffort: 'medium',
    sampling: 'never',
    tools: 'always',
    stop: 'always',
  },
  {
    pattern: /^(o3|o4)/,
    efforts: UP_TO_HIGH,
    defaultEffort: 'medium',
    sampling: 'never',
    tools: 'always',
    stop: 'never',
  },
  { pattern: /^o1/, efforts: UP_TO_HIGH, defaultEffort: 'medium', sampling: 'never', tools: 'always', stop: 'always' },
]

export const TOKENS_BY_EFFORT: Record<string, number> = {
  none: 0,
  minimal: 4,
  low: 16,
  medium: 64,
  high: 256,
  xhigh: 512,
  max: 1024,
}

/** Short prompts are answered without thinking, as recorded. */
const LEAST_PROMPT_TOKENS = 10

const unsupported = (parameter: string, message?: string) =>
  new WireFailure('unsupported-parameter', { parameter, ...(message === undefined ? {} : { message }) })

const checkSampling = (body: JsonObject, family: Family, effort: string) => {
  if (family.sampling === 'without-effort' && effort === 'none') return
  for (const name of ['temperature', 'top_p']) {
    const value = toNumber(body[name])
    if (value === undefined || value === 1) continue
    if (name === 'top_p') throw unsupported(name)
    throw new WireFailure('unsupported-value', { parameter: name, value: String(value) })
  }
  if (body['logprobs'] === true) throw unsupported('logprobs')
}

const checkTools = (body: JsonObject, family: Family, effort: string, model: string) => {
  const functions = toArray(body['tools'])
  if (functions.length === 0 || family.tools === 'always') return
  const sent = toText(body['reasoning_effort'])
  const refused =
    family.tools === 'never' ||
    (family.tools === 'only-none' && effort !== 'none') ||
    (family.tools === 'unless-effort' && sent !== '' && sent !== 'none')
  if (refused) throw new WireFailure('tools-with-effort', { model })
}

const checkThinking = (body: JsonObject, family: Family, model: string): string => {
  const effort = toText(body['reasoning_effort']) || family.defaultEffort
  if (!family.efforts.includes(effort)) {
    throw new WireFailure('unsupported-value', {
      parameter: 'reasoning_effort',
      message: `Unsupported value: 'reasoning_effort' does not support '${effort}' with this model. Supported values are: ${family.efforts.map((name) => `'${name}'`).join(', ')}.`,
    })
  }
  if (body['max_tokens'] !== undefined && body['max_tokens'] !== null) {
    throw unsupported(
      'max_tokens',
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    )
  }
  for (const name of ['frequency_penalty', 'presence_penalty', 'logit_bias', 'top_logprobs']) {
    const value = body[name]
    if (value !== undefined && value !== null && value !== 0) throw unsupported(name)
  }
  checkSampling(body, family, effort)
  checkTools(body, family, effort, model)
  const stops = body['stop'] !== undefined && body['stop'] !== null
  if (stops && (family.stop === 'never' || (family.stop === 'without-effort' && effort !== 'none')))
    throw unsupported('stop')
  return effort
}

const checkRoles = (body: JsonObject, model: string) => {
  if (!model.startsWith('o1-mini')) return
  if (toArray(body['messages']).some((message) => toObject(message)['role'] === 'system')) {
    throw new WireFailure('unsupported-value', {
      parameter: 'messages[0].role',
      message: "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
    })
  }
}

/** Refuses what the model's family refuses; answers how many tokens the model will think. */
export const checkOpenai = (body: JsonObject, facts: ModelFacts, prompt: string): number => {
  const { id } = facts
  if (facts.kind === 'responses-only') throw new WireFailure('responses-only', { model: id })
  if (facts.kind !== 'chat') throw new WireFailure('not-a-chat-model', { model: id })
  checkRoles(body, id)
  if (Array.isArray(body['tools']) && body['tools'].length === 0) {
    throw new WireFailure('invalid-request', {
      message: "Invalid 'tools': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      parameter: 'tools',
    })
  }
  const format = toText(toObject(body['response_format'])['type'])
  if (/^gpt-audio/.test(id) && format.startsWith('json')) {
    throw new WireFailure('invalid-request', {
      message: `response_format ${format} is not supported with this model.`,
      parameter: 'response_format',
    })
  }
  if (/search-preview/.test(id) && body['temperature'] !== undefined)
    throw unsupported('temperature', `Model incompatible request argument supplied: temperature`)
  const family = facts.thinks ? FAMILIES.find(({ pattern }) => pattern.test(id)) : undefined
  if (!family) {
    if (body['reasoning_effort'] !== undefined)
      throw unsupported('reasoning_effort', 'Unrecognized request argument supplied: reasoning_effort')
    return 0
  }
  const effort = checkThinking(body, family, id)
  const thinks = body['reasoning_effort'] !== undefined || countTokens(prompt) >= LEAST_PROMPT_TOKENS
  return thinks ? (TOKENS_BY_EFFORT[effort] ?? 0) : 0
}
