import { expect, test } from 'vitest'
import { orderOfText, startOrder, toRequests, whatIsMissing, type Order } from './order.ts'

const recording = {
  language: 'tr',
  texts: [],
  options: {
    language: 'auto',
    engine: 'local',
    model: 'house/small',
    enhance: true,
    summarize: true,
    enhancementMode: 'formal',
    priority: 'normal',
  },
} as const

test('an order begins as the recording was asked for, with what belongs to its kind only', () => {
  const start = (kind: Order['kind'], locale = 'en') => startOrder({ ...recording, texts: [] }, kind, locale)
  expect(start('enhanced')).toEqual({ kind: 'enhanced', models: ['house/small'], enhancementMode: 'formal' })
  expect(start('summary')).toEqual({ kind: 'summary', models: ['house/small'], summaryVariant: 'medium' })
  expect(start('lecture_notes')).toEqual({ kind: 'lecture_notes', models: ['house/small'] })
  expect(start('translation', 'tr')).toMatchObject({ targetLanguage: 'en' })
  expect(start('translation', 'en')).toMatchObject({ targetLanguage: 'en' })
})

test('a text is made again as it was made', () => {
  const options = { model: 'a/b', targetLanguage: 'de', template: { id: 'one', name: 'Mine', prompt: '…' } }
  expect(orderOfText({ kind: 'translation', options })).toEqual({
    models: ['a/b'],
    targetLanguage: 'de',
    templateId: 'one',
  })
  expect(orderOfText({ kind: 'cleaned', options: {} })).toEqual({})
})

test('one request for each model, none twice, without what belongs to other kinds', () => {
  const order: Order = {
    kind: 'summary',
    models: ['a/b', 'c/d', 'a/b'],
    summaryVariant: 'short',
    targetLanguage: 'de',
    customInstruction: '  ',
  }
  expect(toRequests(order)).toEqual([
    { kind: 'summary', model: 'a/b', summaryVariant: 'short' },
    { kind: 'summary', model: 'c/d', summaryVariant: 'short' },
  ])
})

test.each([
  ['a custom enhancement needs an instruction', { kind: 'enhanced', enhancementMode: 'custom' }, 'instruction'],
  ['a template is one', { kind: 'enhanced', enhancementMode: 'custom', templateId: 'x' }, null],
  ['a translation needs a language', { kind: 'translation' }, 'language'],
  ['every model must be chosen', { kind: 'summary', models: ['a/b', ''] }, 'model'],
  ['a summary needs nothing', { kind: 'summary' }, null],
] as const)('%s', (_name, order, expected) => {
  expect(whatIsMissing({ ...order, models: 'models' in order ? [...order.models] : ['a/b'] })).toBe(expected)
})
