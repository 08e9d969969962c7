import { expect, test } from 'vitest'
import { toKeptMessage, toKeptRequest } from './kept-request.ts'

const SECRET = 'sk-abcdefghijklmnop1234'
const WORDS = 'My doctor said that the results of the second test were bad'
const request = {
  model: 'alpha/big',
  temperature: 0.2,
  messages: [
    { role: 'system', content: 'Improve the text.' },
    { role: 'user', content: `${WORDS}. The key is ${SECRET}.` },
  ],
  tools: [{ name: 'look_up', parameters: { type: 'object' } }],
}

test('off keeps nothing', () => expect(toKeptRequest(request, 'off')).toBeNull())

test('metadata keeps how it was asked, and of texts their length alone', () => {
  const kept = JSON.stringify(toKeptRequest(request, 'metadata'))
  expect(kept).not.toContain('doctor')
  expect(kept).not.toContain('look_up')
  expect(toKeptRequest(request, 'metadata')).toMatchObject({
    model: 'alpha/big',
    temperature: 0.2,
    messages: [{ role: 'system', content: { characters: 17 } }, { role: 'user' }],
  })
})

test('full keeps the words and never a secret', () => {
  const kept = JSON.stringify(toKeptRequest(request, 'full'))
  expect(kept).toContain('doctor')
  expect(kept).not.toContain(SECRET)
})

test('sound, pictures and whole books are not kept', () => {
  expect(toKeptRequest({ audio: new Uint8Array(9), fileName: 'a' }, 'full')).toMatchObject({ audio: { bytes: 9 } })
  const picture = { messages: [{ role: 'user', content: [{ type: 'image', source: { base64: 'A'.repeat(900) } }] }] }
  expect(JSON.stringify(toKeptRequest(picture, 'full'))).not.toContain('AAAA')
  const book = { messages: Array.from({ length: 50 }, () => ({ role: 'user', content: 'word '.repeat(3_000) })) }
  expect(JSON.stringify(toKeptRequest(book, 'full')).length).toBeLessThan(33_000)
})

test('what a provider quotes from the request is taken out of its message, but for the policy full', () => {
  const message = `Refused: "results of the second test were bad" breaks rule 7 (key ${SECRET})`
  const kept = toKeptMessage(message, request, 'metadata')
  expect(kept).toContain('Refused: <text> breaks rule 7')
  expect(kept).not.toContain('second')
  expect(kept).not.toContain(SECRET)
  expect(toKeptMessage(message, request, 'full')).toContain('second test')
  expect(toKeptMessage(message, request, 'full')).not.toContain(SECRET)
})
