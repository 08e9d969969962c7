import { expect, test } from 'vitest'
import { chooseTexts } from './choose-texts.ts'

const text = (id: string, kind: 'raw' | 'cleaned' | 'enhanced' | 'summary', createdAt: string) => ({
  id,
  kind,
  createdAt,
})
const raw = text('raw', 'raw', '2026-01-01')
const cleaned = text('cleaned', 'cleaned', '2026-01-02')
const older = text('older', 'enhanced', '2026-01-03')
const newer = text('newer', 'enhanced', '2026-01-04')

test.each([
  ['two versions of one kind come first', [raw, cleaned, older, newer], [], ['older', 'newer']],
  ['without versions, what was said and what was made of it', [raw, cleaned, older], [], ['raw', 'older']],
  [
    'those asked for, in their order',
    [raw, cleaned, older, newer],
    ['newer', 'raw', 'cleaned'],
    ['newer', 'raw', 'cleaned'],
  ],
  ['none twice', [raw, cleaned, newer], ['raw', 'raw', 'cleaned'], ['raw', 'cleaned']],
  ['one asked for that is gone', [raw, older], ['gone', 'raw'], ['raw', 'older']],
  ['one text alone has nothing beside it', [raw], [], ['raw']],
  ['no text', [], ['raw'], []],
] as const)('%s', (_name, texts, ids, expected) => {
  expect(chooseTexts([...texts], ids).map(({ id }) => id)).toEqual(expected)
})
