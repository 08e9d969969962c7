/**
 * What is kept of a request whose attempt failed, by policy: nothing, its shape, or all of it. And the failure's message
 * without what people wrote. Secrets are taken out by `lib/logger.ts`, whatever the policy.
 */
import { redact, redactText } from '../../lib/logger.ts'

export type PayloadPolicy = 'off' | 'metadata' | 'full'

/** In JSON; a recording or a book does not belong into a log. */
const LONGEST_PAYLOAD = 32_768
const LONGEST_TEXT = 8_000
const LONGEST_MESSAGE = 2_000

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Fields that say how a model is asked and hold nothing that a person wrote. */
const SHAPE_FIELDS = new Set([
  'model',
  'role',
  'type',
  'maxOutputTokens',
  'temperature',
  'topP',
  'topK',
  'frequencyPenalty',
  'presencePenalty',
  'seed',
  'toolChoice',
  'parallelToolCalls',
  'effort',
  'includeText',
  'strict',
  'detail',
  'mediaType',
  'dimensions',
  'language',
  'timestamps',
  'diarize',
  'durationSecond',
  'count',
  'size',
])

/** The request with every text replaced by its length. */
const toShape = (value: unknown, field = ''): unknown => {
  if (value instanceof Uint8Array) return { bytes: value.byteLength }
  if (Array.isArray(value)) return value.slice(0, 100).map((one) => toShape(one))
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, toShape(one, key)]))
  if (typeof value === 'string' && !SHAPE_FIELDS.has(field)) return { characters: value.length }
  return value
}

const toWhole = (value: unknown, field = ''): unknown => {
  if (value instanceof Uint8Array) return { bytes: value.byteLength }
  if (Array.isArray(value)) return value.map((one) => toWhole(one))
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, toWhole(one, key)]))
  if (typeof value !== 'string') return value
  if (field === 'base64') return { characters: value.length }
  return value.length <= LONGEST_TEXT ? value : `${value.slice(0, LONGEST_TEXT)} … (${value.length} characters)`
}

/** Null when the policy keeps nothing. A payload that is too long is kept as its shape. */
export const toKeptRequest = (request: object, policy: PayloadPolicy): unknown => {
  if (policy === 'off') return null
  const shape = redact(toShape(request))
  if (policy === 'metadata') return shape
  const whole = redact(toWhole(request))
  return JSON.stringify(whole).length <= LONGEST_PAYLOAD ? whole : shape
}

/** Texts of a request, one after the other, as far as they are looked through. */
const textsOf = (value: unknown, field = ''): string => {
  if (typeof value === 'string') return SHAPE_FIELDS.has(field) || field === 'base64' ? '' : `${value} `
  if (value instanceof Uint8Array) return ''
  if (Array.isArray(value)) return value.map((one) => textsOf(one)).join('')
  if (isObject(value))
    return Object.entries(value)
      .map(([key, one]) => textsOf(one, key))
      .join('')
  return ''
}

const LOOKED_THROUGH = 40_000
/** So many words in a row that stand in the request too are a quotation. */
const QUOTED_WORDS = 3

/** The message without words that it repeats from the request: providers quote what they refuse. */
const withoutQuotes = (message: string, request: object): string => {
  const asked = textsOf(request).slice(0, LOOKED_THROUGH).replace(/\s+/g, ' ')
  if (asked === '') return message
  const words = message.split(/(\s+)/)
  const quoted = new Set<number>()
  // Words stand at even places, what is between them at odd ones.
  for (let first = 0; first + 2 * QUOTED_WORDS - 2 < words.length; first += 2) {
    const places = Array.from({ length: QUOTED_WORDS }, (_, nth) => first + 2 * nth)
    const phrase = places.map((place) => (words[place] ?? '').replace(/^["'“‘`(]+|["'”’`).,;:]+$/g, '')).join(' ')
    if (phrase.length >= 12 && asked.includes(phrase)) places.forEach((place) => quoted.add(place))
  }
  if (quoted.size === 0) return message
  return words
    .map((word, place) => (quoted.has(place) ? '<text>' : word))
    .join('')
    .replace(/<text>(?:\s+<text>)+/g, '<text>')
}

/** A failure's message as it is kept: without secrets, and unless requests are kept whole, without the user's words. */
export const toKeptMessage = (message: string, request: object, policy: PayloadPolicy): string => {
  const cut = redactText(message).slice(0, LONGEST_MESSAGE)
  return policy === 'full' ? cut : withoutQuotes(cut, request)
}
