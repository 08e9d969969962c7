import { expect, test } from 'vitest'
import { combineFacts, type AnswerFactsOfPart } from './combine-facts.ts'

const facts = (more: Partial<AnswerFactsOfPart> = {}): AnswerFactsOfPart => ({
  provider: 'a',
  model: 'big',
  originalModel: null,
  fallbackUsed: false,
  attempts: [],
  notes: [],
  costMicrocents: 10,
  ...more,
})

test('the model that made most is named, and that others helped is said', () => {
  const combined = combineFacts([
    { facts: facts({ model: 'small', originalModel: 'a/big', fallbackUsed: true }), weight: 10 },
    { facts: facts(), weight: 90 },
  ])
  expect(combined).toMatchObject({
    provider: 'a',
    model: 'big',
    fallbackUsed: true,
    originalModel: 'a/big',
    costMicrocents: 20,
  })
  expect(combined?.notes).toEqual([{ kind: 'several-models', message: 'Parts were made by a/small, a/big.' }])
})

test('an unknown cost is unknown for the whole, never nothing', () => {
  const parts = [
    { facts: facts(), weight: 1 },
    { facts: facts({ costMicrocents: null }), weight: 1 },
  ]
  expect(combineFacts(parts)?.costMicrocents).toBeNull()
})

test('the same note is told once', () => {
  const note = { kind: 'parameter-dropped' as const, message: 'temperature was left out' }
  const parts = [1, 2].map((weight) => ({ facts: facts({ notes: [note] }), weight }))
  expect(combineFacts(parts)?.notes).toEqual([note])
})

test('no parts, no facts', () => expect(combineFacts([])).toBeNull())
