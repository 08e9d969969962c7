import { expect, test } from 'vitest'
import { toLanguageCode } from './language-code.ts'

test.each([
  ['english', 'en'],
  ['Turkish', 'tr'],
  ['en', 'en'],
  ['pt-BR', 'pt'],
  ['zh_Hans', 'zh'],
  ['hebrew', 'he'],
  ['indonesian', 'id'],
  ['norwegian', 'no'],
  ['mandarin', 'zh'],
  ['yue', 'yue'],
  ['klingonese', null],
  ['', null],
  [null, null],
])('%s is %s', (said, code) => {
  expect(toLanguageCode(said)).toBe(code)
})
