import { expect, test } from 'vitest'
import words from '../../../web/locales/tr.json' with { type: 'json' }
import { REASONS, sayAlone } from '../../reasons.ts'
import { sayRemoval } from './say-removal.ts'

const because: Readonly<Record<string, string>> = words.because
const codes = Object.keys(REASONS).filter(
  (code) => code.startsWith('removed-') || code === 'not-in-list' || code === 'switched-off',
)

test.each([
  [
    sayAlone('removed-not-listed', { provider: 'Groq', day: '2026-11-18' }),
    '18 Kas 2026 tarihinden beri Groq listesinde yok',
  ],
  [sayAlone('removed-by', { name: 'Ada Lovelace' }), 'Ada Lovelace kapattı'],
  [
    sayAlone('removed-errors', { failures: 31, requests: 1_040, percent: 2.9, moment: '2026-11-18 08:00' }),
    '2026-11-18 08:00 UTC’den beri 1.040 istekten 31 tanesinde hata verdi (%2,9)',
  ],
  [sayAlone('switched-off'), 'Kapatılmış'],
])('%s', (english, turkish) => {
  expect(sayRemoval(english, 'tr')).toBe(turkish)
  expect(sayRemoval(english, 'en')).toBe(english)
})

test('somebody’s own words stay', () => {
  expect(sayRemoval('Too dear for what it does', 'tr')).toBe('Too dear for what it does')
  expect(sayRemoval('', 'tr')).toBe('')
})

test.each(codes)('%s is said as on the page', (code) => {
  const sample = (REASONS as Readonly<Record<string, string>>)[code]?.replace(/\{\{(\w+)\}\}/gu, (_, name: string) =>
    ['failures', 'requests', 'percent'].includes(name) ? '7' : `«${name}»`,
  )
  const onPage = because[code]?.replace(/\{\{(\w+)\}\}/gu, (_, name: string) =>
    ['failures', 'requests', 'percent'].includes(name) ? '7' : `«${name}»`,
  )
  expect(sayRemoval(sample ?? '', 'tr').toLocaleLowerCase('tr')).toBe(onPage?.toLocaleLowerCase('tr'))
})
