/**
 * From whatever a model wrote to the value that was asked for: fences and prose around it are passed by, small faults of
 * syntax are mended, a lone text under another name is moved to where the schema wants it, and the schema has the last
 * word. Asks no model.
 */
import { sayAlone } from '../../reasons.ts'
import { jsonrepair } from 'jsonrepair'
import { isObject, parseJson } from '../../lib/json.ts'
import type { Note } from '../types/attempts.ts'
import type { JsonObject, JsonValue } from '../types/json.ts'
import { validateSchema } from './validate-schema.ts'

export type Structured =
  | { readonly ok: true; readonly value: JsonValue; readonly notes: readonly Note[] }
  | { readonly ok: false; readonly problems: readonly string[]; readonly raw: string }

/** Longer texts are not searched: mending is quadratic in bad cases, and no answer of ours is that long. */
const MAX_LENGTH = 2_000_000

export const parseStructured = (text: string, schema: JsonObject): Structured => {
  if (text.trim() === '') return { ok: false, problems: ['the answer is empty'], raw: text }
  if (text.length > MAX_LENGTH) return { ok: false, problems: ['the answer is too long to be read'], raw: '' }
  let problems: readonly string[] = ['the answer holds no JSON']
  for (const candidate of candidates(text)) {
    for (const shape of shapes(candidate.value, schema)) {
      const found = validateSchema(shape.value, schema)
      if (found.length === 0) return { ok: true, value: shape.value, notes: toNotes(candidate.how, shape.how) }
      if (shape.how === null) problems = found
    }
  }
  const wrapped = wrapText(text, schema)
  if (wrapped !== null && !/[{[]/.test(text.trim().charAt(0)))
    return { ok: true, value: wrapped, notes: toNotes('plain text was taken as the only field', null) }
  return { ok: false, problems, raw: text }
}

const toNotes = (...hows: readonly (string | null)[]): Note[] => {
  const told = hows.filter((how) => how !== null)
  return told.length === 0
    ? []
    : [{ kind: 'json-repaired', message: sayAlone('read-with-help', { list: told.join('; ') }) }]
}

interface Candidate {
  readonly value: JsonValue
  /** What it took to read it; null when nothing. */
  readonly how: string | null
}

/** Readings from the most to the least faithful; the first that fits the schema is taken. */
function* candidates(text: string): Generator<Candidate> {
  const whole = parseJson(text.trim())
  if (whole !== undefined) yield { value: whole as JsonValue, how: null }
  const fenced = [...text.matchAll(/```(?:json5?|jsonc)?\s*\n?([\s\S]*?)```/gi)].map((match) => match[1] ?? '')
  for (const inside of fenced) yield* read(inside, 'it stood in a code fence')
  for (const inside of outermost(text)) yield* read(inside, 'text stood around it')
  const start = text.search(/[{[]/)
  if (start >= 0) yield* mend(text.slice(start), 'its syntax was mended')
}

function* read(text: string, how: string): Generator<Candidate> {
  const parsed = parseJson(text.trim())
  if (parsed !== undefined) yield { value: parsed as JsonValue, how }
  else if (/[{[]/.test(text)) yield* mend(text, `${how}, its syntax was mended`)
}

function* mend(text: string, how: string): Generator<Candidate> {
  try {
    yield { value: JSON.parse(jsonrepair(text.trim())) as JsonValue, how }
  } catch {
    // Not to be mended; the next reading may do.
  }
}

/** The objects and arrays that lie in no other, found by counting brackets outside strings; at most a few. */
const outermost = (text: string): string[] => {
  const found: string[] = []
  let depth = 0
  let start = -1
  let inString = false
  for (let at = 0; at < text.length && found.length < 5; at += 1) {
    const character = text[at]
    if (inString) {
      if (character === '\\') at += 1
      else if (character === '"') inString = false
    } else if (character === '"' && depth > 0) inString = true
    else if (character === '{' || character === '[') {
      if (depth === 0) start = at
      depth += 1
    } else if ((character === '}' || character === ']') && depth > 0) {
      depth -= 1
      if (depth === 0) found.push(text.slice(start, at + 1))
    }
  }
  return found.toSorted((first, second) => second.length - first.length)
}

interface Shape {
  readonly value: JsonValue
  readonly how: string | null
}

/** The value as it is, then without a wrapper, then with its lone text under the name that the schema wants. */
function* shapes(value: JsonValue, schema: JsonObject): Generator<Shape> {
  yield { value, how: null }
  if (isObject(value)) {
    const entries = Object.entries(value)
    const only = entries.length === 1 ? entries[0] : undefined
    if (only !== undefined && isObject(only[1])) yield { value: only[1], how: `"${only[0]}" around it was left out` }
    const renamed = renameLoneText(value, schema)
    if (renamed !== null) yield renamed
    const trimmed = withoutUnknown(value, schema)
    if (trimmed !== null) yield { value: trimmed, how: 'fields that nobody asked for were left out' }
  }
  if (Array.isArray(value) && value.length === 1)
    yield { value: value[0] as JsonValue, how: 'a list around it was left out' }
  if (typeof value === 'string') {
    const wrapped = wrapText(value, schema)
    if (wrapped !== null) yield { value: wrapped, how: 'a text was taken as the only field' }
  }
}

/** The one required property when it is a string and the only thing that must be there. */
const loneTextField = (schema: JsonObject): string | null => {
  const required = Array.isArray(schema['required']) ? (schema['required'] as readonly JsonValue[]) : []
  const name = required[0]
  if (required.length !== 1 || typeof name !== 'string') return null
  const property = isObject(schema['properties']) ? schema['properties'][name] : undefined
  return isObject(property) && property['type'] === 'string' ? name : null
}

const renameLoneText = (value: JsonObject, schema: JsonObject): Shape | null => {
  const wanted = loneTextField(schema)
  if (wanted === null || wanted in value) return null
  const known = isObject(schema['properties']) ? schema['properties'] : {}
  const texts = Object.entries(value).filter(([name, item]) => typeof item === 'string' && !(name in known))
  const lone = texts[0]
  if (texts.length !== 1 || lone === undefined) return null
  const { [lone[0]]: _moved, ...rest } = value
  return { value: { ...rest, [wanted]: lone[1] }, how: `"${lone[0]}" was read as "${wanted}"` }
}

const withoutUnknown = (value: JsonObject, schema: JsonObject): JsonObject | null => {
  if (schema['additionalProperties'] !== false || !isObject(schema['properties'])) return null
  const known = schema['properties']
  const kept = Object.entries(value).filter(([name]) => name in known)
  return kept.length === Object.keys(value).length || kept.length === 0 ? null : Object.fromEntries(kept)
}

const wrapText = (text: string, schema: JsonObject): JsonObject | null => {
  const wanted = loneTextField(schema)
  return wanted === null ? null : { [wanted]: text.trim() }
}
