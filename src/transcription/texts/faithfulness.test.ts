import { expect, test } from 'vitest'
import { faithfulnessNotes } from './faithfulness.ts'

const facts = {
  provider: 'a',
  model: 'b',
  originalModel: null,
  fallbackUsed: false,
  attempts: [],
  notes: [],
  costMicrocents: null,
}
const check = (text: string, content: string): string[] =>
  faithfulnessNotes([{ part: { path: '0', text }, answer: { content, facts } }]).map(({ message }) => message)

const said = 'We met on the 12th of May in room 304 and talked about 1500 chairs and 27 tables. '.repeat(4)

test('an edited text is no news', () => {
  expect(check(said, said.replaceAll('We met', 'We came together'))).toEqual([])
})

test('an answer instead of an edit is noticed', () => {
  expect(check(said, 'I am sorry, I cannot help with that.')[0]).toContain('much shorter')
  expect(check(said, said.repeat(3))[0]).toContain('much longer')
})

test('lost numbers are noticed', () => {
  expect(check(said, said.replace(/\d+/g, 'some'))[0]).toContain('lacks numbers')
})

test('short parts are not judged by their length', () => expect(check('Yes.', 'Yes, of course.')).toEqual([]))
