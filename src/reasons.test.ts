import { describe, expect, test } from 'vitest'
import { REASONS, readReason, sayAlone, sayReason, type ReasonCode } from './reasons.ts'

const NUMERIC =
  'tokens limit seconds milliseconds percent worst part parts count requests failures missing lines multiplier status needed available left'
/** A value that could be taken for words of the table, if it were read carelessly. */
const sample = (name: string): string | number => {
  if (NUMERIC.split(' ').includes(name)) return 1_234.5
  if (name === 'why') return 'it is switched off'
  if (name === 'sign') return 'has no outline'
  if (name === 'standing') return 'not measured yet'
  return `llama-3.3 (${name}), 70B: “x”`
}
const say = sayReason as (code: ReasonCode, parameters: object) => string

describe('a sentence is read back as it was made', () => {
  test.each(Object.keys(REASONS) as ReasonCode[])('%s', (code) => {
    const names = [...REASONS[code].matchAll(/\{\{(\w+)\}\}/gu)].map((match) => match[1] ?? '')
    const parameters = Object.fromEntries(names.map((name) => [name, sample(name)]))
    const nested = Object.fromEntries(
      names.map((name) => {
        const value = sample(name)
        return [name, ['why', 'sign', 'standing'].includes(name) ? readReason(String(value)) : value]
      }),
    )
    expect(readReason(say(code, parameters))).toEqual({ code, parameters: nested })
    expect(Object.values(nested)).not.toContain(null)
  })
})

test('somebody else’s words are nobody’s sentence, also within one', () => {
  expect(readReason('Unable to access model openai/gpt-oss-120b.')).toBeNull()
  expect(readReason('')).toBeNull()
  expect(readReason(sayReason('key-resting', { key: 'main', seconds: 20, why: 'Quota exceeded.' }))).toEqual({
    code: 'key-resting',
    parameters: { key: 'main', seconds: 20, why: 'Quota exceeded.' },
  })
})

test('a sentence that stands alone begins with a capital letter and is read back all the same', () => {
  expect(sayAlone('no-key', { provider: 'Groq' })).toBe('No key is set for Groq')
  expect(readReason('No key is set for Groq')).toEqual({ code: 'no-key', parameters: { provider: 'Groq' } })
})
