import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { createTokenizer, loadTokenizer, type WhisperTokenizer } from './tokenizer.ts'
import { groupWords } from './word-tokens.ts'

let shipped: WhisperTokenizer
beforeAll(async () => {
  shipped = await loadTokenizer(join(import.meta.dirname, '../../../weights/whisper-base/tokenizer.json'))
})

/** Tokens made by hand: one per given text, in the byte-level alphabet. */
const byteLevel = (text: string | Uint8Array): string =>
  [...(typeof text === 'string' ? new TextEncoder().encode(text) : text)]
    .map((byte) => {
      const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174
      const order = [...Array(256).keys()].filter(
        (each) => !((each >= 33 && each <= 126) || (each >= 161 && each <= 172) || each >= 174),
      )
      return String.fromCodePoint(printable ? byte : 256 + order.indexOf(byte))
    })
    .join('')
const made = (...texts: (string | Uint8Array)[]): { tokenizer: WhisperTokenizer; tokens: number[] } => {
  const vocab = Object.fromEntries(texts.map((text, id) => [byteLevel(text), id]))
  return {
    tokenizer: createTokenizer({ model: { vocab }, added_tokens: [{ id: 999, content: '<|x|>' }] }),
    tokens: texts.map((_, id) => id),
  }
}
const words = (language: string, ...texts: (string | Uint8Array)[]): string[] => {
  const { tokenizer, tokens } = made(...texts)
  return groupWords(tokens, language, tokenizer).map((word) => word.text)
}
const bytes = new TextEncoder()

test('special tokens are known and never become text', () => {
  expect(shipped.special('<|transcribe|>')).toBe(50_359)
  expect(shipped.special('<|nothing|>')).toBeUndefined()
  expect(shipped.decode([50_258, 400, 50_257, 50_364])).toBe(shipped.decode([400]))
})

test('characters that are spread over tokens come out whole, broken ones disappear', () => {
  const euro = bytes.encode('€')
  const { tokenizer, tokens } = made('a', euro.slice(0, 2), euro.slice(2))
  expect(tokenizer.decode(tokens)).toBe('a€')
  expect(tokenizer.decode([0, 1])).toBe('a')
})

test('tokens are grouped into words with their punctuation', () => {
  expect(words('en', ' Hel', 'lo', ',', ' "', 'wor', 'ld', '"', '!', ' it', "'s")).toEqual([
    ' Hello,',
    ' "world"!',
    " it's",
  ])
  expect(words('tr', ' g', bytes.encode('ü').slice(0, 1), bytes.encode('ü').slice(1), 'zel', '.')).toEqual([' güzel.'])
})

test('languages without spaces are grouped by characters', () => {
  expect(words('zh', '今', '天', '，', '好')).toEqual(['今', '天，', '好'])
  expect(words('th', 'มา', ' ', 'บ')).toEqual(['มา', ' บ'])
})
