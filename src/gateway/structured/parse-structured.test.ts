import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../types/json.ts'
import { parseStructured } from './parse-structured.ts'
import { repairMessages } from './repair-messages.ts'
import { schemaProblem } from './validate-schema.ts'

const ENHANCED: JsonObject = {
  type: 'object',
  properties: { enhanced_text: { type: 'string' }, notes: { type: 'array', items: { type: 'string' } } },
  required: ['enhanced_text'],
  additionalProperties: false,
}
const MEETING: JsonObject = {
  type: 'object',
  properties: { title: { type: 'string' }, count: { type: 'integer' } },
  required: ['title', 'count'],
}

const value = (text: string, schema = ENHANCED): unknown => {
  const parsed = parseStructured(text, schema)
  if (!parsed.ok) throw new Error(parsed.problems.join('; '))
  return parsed.value
}

describe('one shape comes out, whatever came in', () => {
  test.each([
    ['as asked', '{"enhanced_text":"Hello."}', 0],
    ['in a fence', '```json\n{"enhanced_text":"Hello."}\n```', 1],
    ['in a fence with prose around', 'Sure! Here it is:\n```json\n{"enhanced_text":"Hello."}\n```\nAnything else?', 1],
    ['with prose around', 'Here is the text: {"enhanced_text":"Hello."} Hope it helps {really}.', 1],
    ['with a trailing comma', '{"enhanced_text":"Hello.",}', 1],
    ['with single quotes', "{'enhanced_text': 'Hello.'}", 1],
    ['under another name', '{"text":"Hello."}', 1],
    ['under another name, wrapped', '{"result":{"enhanced_text":"Hello."}}', 1],
    ['in a list of one', '[{"enhanced_text":"Hello."}]', 1],
    ['with a field too many', '{"enhanced_text":"Hello.","confidence":0.9}', 1],
    ['as a JSON string', '"Hello."', 1],
    ['as plain text', 'Hello.', 1],
    ['after a comment', '// answer\n{"enhanced_text":"Hello."}', 1],
    ['in a fence that nobody closed, cut before its end', '```json\n{"enhanced_text":"Hello."', 1],
  ])('%s', (_name, text, notes) => {
    const parsed = parseStructured(text, ENHANCED)
    expect(parsed).toMatchObject({ ok: true, value: { enhanced_text: 'Hello.' } })
    if (parsed.ok) expect(parsed.notes.map((note) => note.kind)).toEqual(Array<string>(notes).fill('json-repaired'))
  })

  test('braces and fences inside strings are text', () => {
    const text = '{"enhanced_text":"Use { and } and ``` freely, \\"quoted\\"."}'
    expect(value(`Well: ${text} (end)`)).toEqual({ enhanced_text: 'Use { and } and ``` freely, "quoted".' })
  })

  test('of several objects the one that fits is taken', () =>
    expect(value('{"a":1} then {"title":"T","count":2}', MEETING)).toEqual({ title: 'T', count: 2 }))

  test('a key is moved only when nothing else it could mean is there', () => {
    expect(parseStructured('{"text":"a","summary":"b"}', ENHANCED).ok).toBe(false)
    expect(parseStructured('{"name":"a","count":1}', MEETING).ok).toBe(false)
  })
})

describe('what does not fit is said', () => {
  test.each([
    ['', 'the answer is empty'],
    ['no json here', 'the answer holds no JSON'],
    ['{"title":"T","count":"two"}', '/count must be integer'],
    ['{"title":"T"}', "the value must have required property 'count'"],
  ])('%j', (text, problem) => {
    const parsed = parseStructured(text, MEETING)
    expect(parsed).toMatchObject({ ok: false, raw: text })
    if (!parsed.ok) expect(parsed.problems).toContain(problem)
  })

  test('a hostile schema is a problem, not a crash', () => {
    expect(parseStructured('{}', { $ref: '#/nowhere' }).ok).toBe(false)
    expect(schemaProblem({ type: 'nonsense' })).toContain('schema')
    expect(schemaProblem(MEETING)).toBeNull()
  })

  test('deeply nested and long answers end in time', () => {
    expect(parseStructured('['.repeat(50_000), MEETING).ok).toBe(false)
    expect(parseStructured(`${'{"a":'.repeat(2000)}1`, MEETING).ok).toBe(false)
    expect(parseStructured('x'.repeat(3_000_000), MEETING)).toMatchObject({ ok: false, raw: '' })
  })
})

test('the repair shows the answer, what is wrong, and the schema', () => {
  const messages = repairMessages([{ role: 'user', content: 'Q' }], '{"title":1}', ['/title must be string'], MEETING)
  expect(messages.map((message) => message.role)).toEqual(['user', 'assistant', 'user'])
  expect(messages[1]).toMatchObject({ content: '{"title":1}' })
  expect(JSON.stringify(messages[2])).toContain('/title must be string')
  expect(JSON.stringify(messages[2])).toContain('JSON Schema')
})
