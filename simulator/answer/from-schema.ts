// A value that obeys a JSON schema, filled from the material of the prompt so that it looks like an answer.
import type { JsonObject } from '../types.ts'
import { isObject, toArray, toNumber, toObject, toText } from '../json.ts'
import { polish, summarize, toSentences, toTitle } from './text.ts'

const MAX_DEPTH = 12

const resolve = (schema: JsonObject, root: JsonObject): JsonObject => {
  const reference = toText(schema['$ref'])
  if (!reference.startsWith('#/')) return schema
  const found = reference
    .slice(2)
    .split('/')
    .reduce<unknown>((node, key) => toObject(node)[key.replace(/~1/g, '/').replace(/~0/g, '~')], root)
  return toObject(found)
}

const BY_FORMAT: Record<string, string> = {
  date: '2026-11-22',
  time: '10:30:00Z',
  'date-time': '2026-11-22T10:30:00Z',
  email: 'someone@example.com',
  uri: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
}

const capitalised = (material: string) => material.match(/(?<=[a-z,]\s)\p{Lu}\p{L}+/gu) ?? []

/** Times that stand before the lines of a transcript: `[1:05] Good morning.` */
const TIME = /^\[(\d[\d:]*\d)\] ?/gm

const textFor = (name: string, timed: string, schema: JsonObject): string => {
  if (name === 'time') return /\[(\d[\d:]*\d)\]/.exec(timed)?.[1] ?? ''
  const material = timed.replace(TIME, '')
  const format = BY_FORMAT[toText(schema['format'])]
  if (format !== undefined) return format
  const quoted = /["“«]([^"”»]{1,80})["”»]/u.exec(material)?.[1]
  if (/summary|abstract|overview|minutes/i.test(name)) return summarize(material)
  if (/title|heading|subject/i.test(name)) return toTitle(material)
  if (/lang/i.test(name)) return 'en'
  if (/text|content|transcript|enhanced|clean|body|result|answer|markdown/i.test(name)) return polish(material)
  if (/city|place|location|country/i.test(name)) return capitalised(material).at(-1) ?? 'Paris'
  if (/query|question|search/i.test(name)) return quoted ?? material.slice(0, 120)
  return quoted ?? capitalised(material)[0] ?? toSentences(material)[0]?.slice(0, 120) ?? 'value'
}

const clampText = (text: string, schema: JsonObject): string => {
  const max = toNumber(schema['maxLength'])
  const min = toNumber(schema['minLength']) ?? 0
  const cut = max === undefined ? text : text.slice(0, max)
  return cut.padEnd(min, '.')
}

const numberFor = (schema: JsonObject, material: string, whole: boolean): number => {
  const found = Number(/-?\d+(?:\.\d+)?/.exec(material)?.[0] ?? 1)
  const low = toNumber(schema['minimum']) ?? (toNumber(schema['exclusiveMinimum']) ?? -Infinity - 1) + 1
  const high = toNumber(schema['maximum']) ?? (toNumber(schema['exclusiveMaximum']) ?? Infinity + 1) - 1
  const bounded = Math.min(Math.max(found, low), high)
  return whole ? Math.round(bounded) : bounded
}

const typeOf = (schema: JsonObject): string => {
  const declared = schema['type']
  const type = Array.isArray(declared) ? toText(declared.find((entry) => entry !== 'null')) : toText(declared)
  // Gemini's schema dialect writes types in capitals.
  if (type !== '') return type.toLowerCase()
  if (isObject(schema['properties'])) return 'object'
  return isObject(schema['items']) ? 'array' : 'string'
}

const combine = (parts: unknown[]): JsonObject => {
  const schemas = parts.filter(isObject)
  return {
    ...Object.assign({}, ...schemas),
    properties: Object.assign({}, ...schemas.map((schema) => toObject(schema['properties']))) as JsonObject,
  } as JsonObject
}

/** Builds a value for `schema`; `name` is the property it fills. */
export const fromSchema = (schema: JsonObject, material: string, root = schema, name = '', depth = 0): unknown => {
  const node = resolve(schema, root)
  if (depth > MAX_DEPTH) return null
  if ('const' in node) return node['const']
  const choices = toArray(node['enum'])
  if (choices.length > 0) {
    return (
      choices.find((choice) => typeof choice === 'string' && material.toLowerCase().includes(choice.toLowerCase())) ??
      choices[0]
    )
  }
  const variants = [...toArray(node['anyOf']), ...toArray(node['oneOf'])].filter(isObject)
  const variant = variants.find((entry) => entry['type'] !== 'null')
  if (variant) return fromSchema(variant, material, root, name, depth + 1)
  if (Array.isArray(node['allOf'])) return fromSchema(combine(node['allOf']), material, root, name, depth + 1)
  const type = typeOf(node)
  if (type === 'object') {
    return Object.fromEntries(
      Object.entries(toObject(node['properties'])).map(([key, child]) => [
        key,
        fromSchema(toObject(child), material, root, key, depth + 1),
      ]),
    )
  }
  if (type === 'array') return listFor(node, material, root, name, depth)
  if (type === 'integer' || type === 'number') return numberFor(node, material, type === 'integer')
  if (type === 'boolean') return true
  if (type === 'null') return null
  return clampText(textFor(name, material, node), node)
}

const listFor = (node: JsonObject, material: string, root: JsonObject, name: string, depth: number): unknown[] => {
  const lines = material.split('\n').filter((line) => line.search(TIME) === 0)
  const sentences = lines.length > 0 ? lines : toSentences(material)
  const least = toNumber(node['minItems']) ?? 1
  const most = toNumber(node['maxItems']) ?? Math.max(least, 3)
  const count = Math.min(Math.max(least, Math.min(3, sentences.length)), most)
  return Array.from({ length: count }, (_, index) =>
    fromSchema(toObject(node['items']), sentences[index] ?? material, root, name, depth + 1),
  )
}
