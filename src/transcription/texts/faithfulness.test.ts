import { expect, test } from 'vitest'
import { checkEnhanced, type Freedom } from './check-enhanced.ts'
import { checkTranslated } from './translate-text.ts'

const check = (source: string, made: string, freedom: Freedom = 'standard', language = 'en'): string[] =>
  checkEnhanced(source, made, { freedom, language }).map(({ code }) => code)

const said =
  'We met on the 12th of May in room 304 and talked with Brown and Ayşe about 1500 chairs and 27 tables. '.repeat(4)

test('an edited text is no news', () => {
  expect(check(said, said.replaceAll('We met', 'We came together').replaceAll('1500', '1,500'))).toEqual([])
})

test('an answer instead of an edit is noticed', () => {
  expect(check(said, 'I am sorry, I cannot help with that.')).toEqual(
    expect.arrayContaining(['length', 'numbers', 'answered']),
  )
  expect(check(said, `Sure! Here is the edited transcript: ${said}`)).toEqual(['answered'])
  expect(check(said, said.repeat(3))).toEqual(['length'])
  // Somebody may have said so.
  expect(check(`Sure, here I am. ${said}`, `Sure, here I am. ${said}`)).toEqual([])
})

test('an answer to what was asked in the recording is noticed', () => {
  const asked = 'What is the capital of France and why did it become the capital, can you tell me in a poem please? '
  const poem =
    'Paris shines beside the gentle river, lights upon the water quiver, kings once chose these sandy isles, ' +
    'merchants walked for many miles, bridges, towers, songs and bread, here the royal court was led, ' +
    'since then every road has found the city at its solid ground, proud and bright forever more.'
  expect(check(asked.repeat(3), poem)).toContain('invented')
})

test('lost numbers and names are noticed', () => {
  expect(check(said, said.replace(/\d+/g, 'some'))).toEqual(['numbers'])
  expect(check(said, said.replace(/Brown|Ayşe/g, 'somebody'))).toEqual(['names'])
})

test('a lost first or last sentence is noticed: it is what gets lost where parts meet', () => {
  const middle = said
  const last = 'Finally everybody agreed that warehouse inspections happen every second Thursday.'
  expect(check(`${middle}${last}`, middle)).toEqual(['seam'])
})

test('short parts are not judged by their length', () => expect(check('Yes.', 'Yes, of course.')).toEqual([]))

test('the freer the order, the less is a sign; an own instruction may ask for anything but talk', () => {
  expect(check(said, 'A haiku about chairs and tables, nothing else.', 'custom')).toEqual([])
  expect(check(said, 'As an AI I cannot do that.', 'custom')).toEqual(['answered'])
})

test('German nouns are no names', () => {
  const german = 'Wir haben über die Stühle, die Tische und den Raum gesprochen und über den Preis. '.repeat(4)
  expect(check(german, german.replace(/Stühle|Tische|Raum|Preis/g, 'Dinge'), 'standard', 'de')).not.toContain('names')
})

const lines = ['[1] We met Brown in room 304.', '[2] There were 1500 chairs and 27 tables.', '[3] Ayşe will call.']
const source = lines.join('\n')
const translated = [
  '[1] Brown ile 304 numaralı odada buluştuk.',
  '[2] 1.500 sandalye ve 27 masa vardı.',
  '[3] Ayşe arayacak.',
]
const checkLines = (answer: string): string[] => checkTranslated(source, answer, 'en').map(({ code }) => code)

test('a translation with every line, number and name is no news', () =>
  expect(checkLines(translated.join('\n'))).toEqual([]))

const many = [
  '[1] The meeting began at ten. Everybody was there. Brown spoke first.',
  '[2] The budget was discussed at length and then approved by everybody.',
  '[3] A supplier needs another look before the end of the quarter.',
  '[4] The schedule came out better than anybody at the table had expected.',
  '[5] One customer has to be finished two weeks earlier than planned.',
  '[6] Our training will be checked again. The numbers are complete. Nobody objected.',
]
const manyTranslated = [
  '[1] Toplantı onda başladı. Herkes oradaydı. İlk sözü Brown aldı.',
  '[2] Bütçe uzun uzun görüşüldü ve ardından herkes tarafından onaylandı.',
  '[3] Bir tedarikçiye çeyrek bitmeden yeniden bakılması gerekiyor.',
  '[4] Takvim masadaki herkesin beklediğinden daha iyi çıktı.',
  '[5] Bir müşterinin işi planlanandan iki hafta önce bitmeli.',
  '[6] Eğitimimiz yeniden gözden geçirilecek. Sayılar tamam. Kimse itiraz etmedi.',
]
const signsWith = (changes: Readonly<Record<number, string>>): string[] =>
  checkTranslated(many.join('\n'), manyTranslated.map((line, at) => changes[at + 1] ?? line).join('\n'), 'en').map(
    ({ code, message }) => `${code}: ${message}`,
  )

test('lines that stand as they were said, say their neighbour again, or lost a sentence at an end are noticed', () => {
  expect(signsWith({})).toEqual([])
  expect(signsWith({ 1: many[0] ?? '' })).toEqual(['untranslated: leaves 1 lines as they were said'])
  expect(signsWith({ 2: many[1] ?? '', 4: many[3] ?? '' })).toEqual(['untranslated: leaves 2 lines as they were said'])
  // A sentence in the language of the translation, said in the middle, is as it should be.
  expect(signsWith({ 3: many[2] ?? '' })).toEqual([])
  expect(signsWith({ 3: `[3] ${manyTranslated[1]?.slice(4) ?? ''}` })).toEqual(['seam: says 1 lines twice'])
  expect(signsWith({ 6: '[6] Eğitim.', 5: '[5] Müşteri.', 4: '[4] Takvim iyi.' })).toEqual([
    'seam: lacks the last sentence',
  ])
  expect(signsWith({ 1: '[1] Onda.', 2: '[2] Bütçe.', 3: '[3] Tedarikçi.' })).toEqual([
    'seam: lacks the first sentence',
  ])
})

test('lines that are missing, and text that was not translated, are noticed', () => {
  expect(checkLines(translated.slice(0, 2).join('\n'))).toEqual(['lines'])
  expect(checkLines('I am unable to translate this.')).toEqual(expect.arrayContaining(['lines', 'answered']))
  const long = Array.from({ length: 8 }, (_, at) => `[${at + 1}] Everybody talked about chairs and tables.`).join('\n')
  expect(checkTranslated(long, long, 'en').map(({ code }) => code)).toEqual(['untranslated'])
})
