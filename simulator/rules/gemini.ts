// What Gemini refuses (fact sheet 4.3): unknown fields, calls sent back without their signature, tools with JSON on old models.
import type { JsonObject } from '../types.ts'
import { WireFailure } from '../types.ts'
import { isObject, toArray, toNumber, toObject, toText } from '../json.ts'
import { pick } from '../wire/gemini-content.ts'
import type { ModelFacts } from './limits.ts'
import { TOKENS_BY_EFFORT } from './openai.ts'

const BODY_FIELDS = new Set([
  ...['contents', 'systemInstruction', 'generationConfig', 'tools', 'toolConfig', 'safetySettings', 'cachedContent'],
  ...['serviceTier', 'continuationToken', 'store', 'model', 'labels'],
])
const CONFIG_FIELDS = new Set([
  ...['temperature', 'topP', 'topK', 'candidateCount', 'maxOutputTokens', 'stopSequences', 'seed', 'presencePenalty'],
  ...['frequencyPenalty', 'responseLogprobs', 'logprobs', 'responseMimeType', 'responseSchema', 'responseJsonSchema'],
  ...[
    'responseModalities',
    'thinkingConfig',
    'mediaResolution',
    'speechConfig',
    'imageConfig',
    'audioTranscriptionConfig',
  ],
  'enableEnhancedCivicAnswers',
])
const SCHEMA_REFUSED = ['$ref', '$defs', '$schema', 'additionalProperties', 'const']
const MAX_STOPS = 5

const toCamel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
const invalid = (message: string) => new WireFailure('invalid-request', { message })

const checkFields = (object: JsonObject, allowed: Set<string>, at: string) => {
  const unknown = Object.keys(object).find((name) => !allowed.has(toCamel(name)))
  if (unknown !== undefined) throw new WireFailure('unknown-field', { parameter: unknown, value: at })
}

const checkSchema = (schema: unknown, at: string) => {
  if (Array.isArray(schema)) return schema.forEach((entry, index) => checkSchema(entry, `${at}[${index}]`))
  if (!isObject(schema)) return
  const refused = SCHEMA_REFUSED.find((name) => name in schema)
  if (refused !== undefined) throw new WireFailure('unknown-field', { parameter: refused, value: at })
  for (const [name, child] of Object.entries(toObject(schema['properties'])))
    checkSchema(child, `${at}.properties[${name}]`)
  checkSchema(schema['items'], `${at}.items`)
  checkSchema(schema['anyOf'], `${at}.any_of`)
}

const checkTools = (body: JsonObject, facts: ModelFacts, mime: string) => {
  const declarations = toArray(body['tools']).flatMap((tool) => toArray(pick(toObject(tool), 'functionDeclarations')))
  declarations.forEach((entry, index) =>
    checkSchema(toObject(entry)['parameters'], `tools[0].function_declarations[${index}].parameters`),
  )
  if (declarations.length > 0 && mime === 'application/json' && /^gemini-2/.test(facts.id)) {
    throw new WireFailure('tools-with-json')
  }
}

const checkSignatures = (body: JsonObject, facts: ModelFacts) => {
  if (!/^gemini-([3-9]|flash-latest|pro-latest)/.test(facts.id)) return
  const contents = toArray(body['contents']).map(toObject)
  // Only the turn in progress is checked: calls after the last message the user wrote.
  const from = contents.findLastIndex(
    (content) => content['role'] === 'user' && toArray(content['parts']).some((part) => 'text' in toObject(part)),
  )
  for (const content of contents.slice(from + 1)) {
    const parts = toArray(content['parts']).map(toObject)
    const first = parts.find((part) => pick(part, 'functionCall') !== undefined)
    if (first && pick(first, 'thoughtSignature') === undefined) throw new WireFailure('missing-thought-signature')
  }
}

const thinkingTokens = (config: JsonObject, facts: ModelFacts): number => {
  if (!facts.thinks) return 0
  const thinking = toObject(pick(config, 'thinkingConfig'))
  const budget = toNumber(pick(thinking, 'thinkingBudget'))
  const level = toText(pick(thinking, 'thinkingLevel')).toLowerCase()
  if (budget !== undefined && level !== '') throw invalid('thinking_budget and thinking_level cannot be set together.')
  if (level !== '' && /^gemini-2/.test(facts.id)) throw invalid('Thinking level is not supported for this model.')
  if (level === 'minimal' && /3\.7-flash|4-argon/.test(facts.id))
    throw invalid('Thinking level MINIMAL is not supported for this model.')
  if (budget === 0 && /2\.5-pro|^gemini-[34]/.test(facts.id)) {
    throw invalid('Budget 0 is invalid. This model only works in thinking mode.')
  }
  if (budget === 0) return 0
  if (budget !== undefined && budget > 0) return Math.min(budget, TOKENS_BY_EFFORT['medium'] ?? 64)
  if (/lite/.test(facts.id) && level === '') return 0
  return TOKENS_BY_EFFORT[level === '' ? 'medium' : level] ?? 64
}

/** Refuses what Gemini refuses; answers how many tokens the model thinks. */
export const checkGemini = (body: JsonObject, facts: ModelFacts): number => {
  checkFields(body, BODY_FIELDS, '')
  const config = toObject(pick(body, 'generationConfig'))
  checkFields(config, CONFIG_FIELDS, 'generation_config')
  if (toArray(body['contents']).length === 0) throw new WireFailure('missing-parameter', { parameter: 'contents' })
  if (toArray(pick(config, 'stopSequences')).length > MAX_STOPS)
    throw invalid('The number of stop sequences must be at most 5.')
  if (pick(config, 'responseLogprobs') === true) throw invalid('Logprobs is not supported for the current model.')
  checkSchema(pick(config, 'responseSchema'), 'generation_config.response_schema')
  checkTools(body, facts, toText(pick(config, 'responseMimeType')))
  checkSignatures(body, facts)
  const cap = toNumber(pick(config, 'maxOutputTokens'))
  if (cap !== undefined && (cap > facts.maxOutputTokens || cap < 1)) {
    throw new WireFailure('max-output', { limit: facts.maxOutputTokens, requested: cap })
  }
  return thinkingTokens(config, facts)
}
