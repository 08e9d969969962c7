import { expect, test } from 'vitest'
import { chooseTwo } from './choose-two.ts'

const text = (id: string, kind: 'raw' | 'cleaned' | 'enhanced' | 'summary', createdAt: string) => ({
  id,
  kind,
  createdAt,
})
const raw = text('raw', 'raw', '2026-01-01')
const cleaned = text('cleaned', 'cleaned', '2026-01-02')
const older = text('older', 'enhanced', '2026-01-03')
const newer = text('newer', 'enhanced', '2026-01-04')

const ids = (texts: (typeof raw)[], left: string | null = null, right: string | null = null) =>
  chooseTwo(texts, left, right).map((chosen) => chosen?.id)

test.each([
  ['two versions of one kind come first', [raw, cleaned, older, newer], null, null, ['older', 'newer']],
  ['without versions, what was said and what was made of it', [raw, cleaned, older], null, null, ['raw', 'older']],
  ['those asked for', [raw, cleaned, older, newer], 'raw', 'cleaned', ['raw', 'cleaned']],
  ['one asked for that is gone', [raw, older], 'gone', 'raw', ['older', 'raw']],
  ['one text alone has nothing beside it', [raw], null, null, [undefined, 'raw']],
] as const)('%s', (_name, texts, left, right, expected) => {
  expect(ids([...texts], left, right)).toEqual(expected)
})
