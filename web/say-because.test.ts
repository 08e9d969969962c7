import i18next, { type TFunction } from 'i18next'
import { beforeAll, describe, expect, test } from 'vitest'
import { readReason } from '../src/reasons.ts'
import en from './locales/en.json' with { type: 'json' }
import tr from './locales/tr.json' with { type: 'json' }
import { asSentence, sayBecause, sayFailure, sayReason } from './say-because.ts'

let turkish: TFunction
let english: TFunction
beforeAll(async () => {
  const instance = i18next.createInstance()
  const resources = { en: { translation: en }, tr: { translation: tr } }
  await instance.init({ resources, interpolation: { escapeValue: false } })
  turkish = instance.getFixedT('tr')
  english = instance.getFixedT('en')
})
const inTurkish = (words: string): string => sayReason(turkish, 'tr', words, readReason(words))

describe('a sentence of the server', () => {
  test.each([
    ['it is switched off', 'kapatılmış'],
    ['Retired by Groq on 2026-08-16', 'Groq, modeli 16 Ağu 2026 tarihinde hizmetten kaldırdı'],
    ['about 131072 tokens do not fit its 2048', 'yaklaşık 131.072 belirteç, 2.048 belirteçlik bağlamına sığmıyor'],
    ['it does no transcribe', 'şunu yapmıyor: konuşma tanıma'],
    [
      'Part 3 of 5 is much shorter than what was said (20 %); compare it.',
      '5 bölümden 3 numaralı olan: söylenenden çok daha kısa (%20). Karşılaştırın.',
    ],
    [
      'Part 2 of 4 (“So it was…”) is not in the summary: The provider is overloaded.',
      `4 bölümden 2 numaralı olan (“So it was…”) özette yok: ${tr.errors['provider-overloaded'].title}.`,
    ],
    ['The key “main” rests for 20 s: Rate limit reached', '“main” anahtarı 20 sn. dinleniyor: “Rate limit reached”'],
    ['{{foo}} has no counterpart', '{{foo}} parantezinin eşi yok'],
    [
      'gpt-5 does not take topP; it was left out.',
      'gpt-5, top_p (çekirdek örnekleme) parametresini almıyor; istekten çıkarıldı.',
    ],
    ['the provider was not done within 90 s', 'sağlayıcı 1 dk. 30 sn. içinde bitirmedi'],
    ['list of groq', 'groq listesi'],
  ])('%s', (words, said) => {
    expect(inTurkish(words)).toBe(said)
  })
  test('reads in English as it came', () => {
    const words = 'auto: next best (2.0 % errors in 50 requests, at worst 7.1 %)'
    expect(sayBecause(english, 'en', readReason(words))).toBe(words.replace('2.0', '2'))
  })
  test('begins with a capital letter when it stands alone, but a name stays as it is', () => {
    const nothing = readReason('gpt-4.1 answered with nothing')
    expect(asSentence('gpt-4.1 boş yanıt verdi', 'tr', nothing)).toBe('gpt-4.1 boş yanıt verdi')
    expect(asSentence('istekten çıkarıldı', 'tr')).toBe('İstekten çıkarıldı')
  })
})

describe('somebody else’s words', () => {
  test('stand as a quotation', () => {
    expect(inTurkish('Unable to access model x.')).toBe('“Unable to access model x.”')
    const said = { message: 'far: Overloaded', because: null, provider: 'far', providerMessage: 'Overloaded' }
    expect(sayFailure(turkish, 'tr', said)).toBe('far şunu diyor: “Overloaded”')
  })
  test('English of no known code is left to the technical detail of a Turkish page', () => {
    const said = { message: 'a fault of ours', because: null, provider: 'far', providerMessage: null }
    expect(sayFailure(turkish, 'tr', said)).toBeNull()
    expect(sayFailure(english, 'en', said)).toBe('a fault of ours')
    expect(sayBecause(turkish, 'tr', { code: 'of-tomorrow', parameters: {} })).toBeNull()
  })
})
