import { describe, expect, test } from 'vitest'
import { cleanTranscript } from './clean-transcript.ts'

const clean = (text: string, language: string): string =>
  cleanTranscript([{ text, startSecond: 0, endSecond: 10 }], language).text

const english: [spoken: string, cleaned: string][] = [
  // fillers
  ['Um, so we begin.', 'So we begin.'],
  ['Uh I think, uhm, we can.', 'I think, we can.'],
  ['We, er, need it.', 'We, need it.'],
  ['It was, you know, hard.', 'It was, hard.'],
  ['I mean, it works.', 'It works.'],
  ['It is, like, done.', 'It is, done.'],
  ['We are done, um.', 'We are done.'],
  ['Is it done, uh?', 'Is it done?'],
  ['Hmm. Let us see.', 'Let us see.'],
  ['It works, um', 'It works'],
  // what looks like a filler and is none
  ['Uh oh, that broke.', 'Uh oh, that broke.'],
  ['Uh-huh, I agree.', 'Uh-huh, I agree.'],
  ['You know what I want.', 'You know what I want.'],
  ['I like it.', 'I like it.'],
  ['It looks like, well, rain.', 'It looks like, well, rain.'],
  ['What I mean is this.', 'What I mean is this.'],
  ['The ER is open.', 'The ER is open.'],
  ['The UM campus is big.', 'The UM campus is big.'],
  ['I will er err on the safe side.', 'I will err on the safe side.'],
  ['It is 5 mm thick.', 'It is 5 mm thick.'],
  ['Measured in mm, not in cm.', 'Measured in mm, not in cm.'],
  ['Mm, I see.', 'I see.'],
  // quotes and brackets that a filler opens or closes
  ['"Um, I think so," he said.', '"I think so," he said.'],
  ['He said "yes, um," and left.', 'He said "yes," and left.'],
  ['(Um, I think so.)', '(I think so.)'],
  // stutters and repeats
  ['The the house is red.', 'The house is red.'],
  ['I I I want to go.', 'I want to go.'],
  ['I think I think we should go.', 'I think we should go.'],
  ['We want to, we want to go home.', 'We want to go home.'],
  ['I w- want to wan- want it.', 'I want to want it.'],
  ['It is very very good.', 'It is very very good.'],
  ['He had had enough.', 'He had had enough.'],
  ['I know that that is true.', 'I know that that is true.'],
  ['No, no, no.', 'No, no, no.'],
  ['Thank you, thank you all.', 'Thank you, thank you all.'],
  ['I know. I know. It is late.', 'I know. I know. It is late.'],
  ['Um um the the thing.', 'The thing.'],
  ['We we- went home.', 'We went home.'],
  ['The the- the house.', 'The house.'],
  ['And it it works.', 'And it works.'],
  ['In in the house.', 'In the house.'],
  ['I, I, I, I think.', 'I think.'],
  ['The point is is that we go.', 'The point is that we go.'],
  // said twice and meant twice
  ['When you see it, it works.', 'When you see it, it works.'],
  ['I saw it it was late.', 'I saw it it was late.'],
  ['As I told you, you should go.', 'As I told you, you should go.'],
  ['I gave her her book.', 'I gave her her book.'],
  ['He logged in in 2019.', 'He logged in in 2019.'],
  ['The house I live in, in London, is old.', 'The house I live in, in London, is old.'],
  ['What he was up to to be honest was bad.', 'What he was up to to be honest was bad.'],
  ['What it is is a problem.', 'What it is is a problem.'],
  ['It is what it is, it is late.', 'It is what it is, it is late.'],
  ['This is what we do, we do it well.', 'This is what we do, we do it well.'],
  ['Location, location, location.', 'Location, location, location.'],
  ['We danced the cha cha cha.', 'We danced the cha cha cha.'],
  // false starts
  ['I was going— I went home.', 'I went home.'],
  ['We tried — they left.', 'We tried — they left.'],
  // numbers and names
  ['Call five five five two two.', 'Call five five five two two.'],
  ['It is 10 10 now.', 'It is 10 10 now.'],
  ['Call twenty-five twenty-five twenty-five.', 'Call twenty-five twenty-five twenty-five.'],
  ['He sang New York New York there.', 'He sang New York New York there.'],
  ['In 2019, 2019 people came.', 'In 2019, 2019 people came.'],
  // whole
  [
    'And so my fellow Americans, ask not what your country can do for you, ask what you can do for your country.',
    'And so my fellow Americans, ask not what your country can do for you, ask what you can do for your country.',
  ],
  ['', ''],
  ['um', ''],
]

const turkish: [spoken: string, cleaned: string][] = [
  ['Iıı, toplantı yarın.', 'Toplantı yarın.'],
  ['Eee, istanbul’a gidiyoruz.', 'İstanbul’a gidiyoruz.'],
  ['Ben, şey, geç kaldım.', 'Ben, geç kaldım.'],
  ['Bir şey, sormak istiyorum.', 'Bir şey, sormak istiyorum.'],
  ['Yani, bu iyi.', 'Bu iyi.'],
  ['Bu yani iyi demek.', 'Bu yani iyi demek.'],
  ['Hmm, ıı, bakalım.', 'Bakalım.'],
  ['Ve ve sonra geldik.', 'Ve sonra geldik.'],
  ['Yavaş yavaş öğrendik.', 'Yavaş yavaş öğrendik.'],
  ['Bir bir saydık.', 'Bir bir saydık.'],
  ['Biz gittik biz gittik ve döndük.', 'Biz gittik ve döndük.'],
  ['Beş beş beş iki.', 'Beş beş beş iki.'],
  ['O da da geldi.', 'O da geldi.'],
  ['Er meydanı burası.', 'Er meydanı burası.'],
  ['Ateş için için yanıyor.', 'Ateş için için yanıyor.'],
  ['Sonra sonra anladım.', 'Sonra sonra anladım.'],
  ['Bu, bu demek.', 'Bu, bu demek.'],
  ['Bu bu kitap.', 'Bu kitap.'],
  ['O, o zaman geldi.', 'O, o zaman geldi.'],
  ['Kalınlığı 5 mm olmalı.', 'Kalınlığı 5 mm olmalı.'],
  ['Imm, bakalım.', 'Bakalım.'],
  ['Her şey, şey, nasıl desem, güzel.', 'Her şey, güzel.'],
  ['Yirmi yirmi beş kişi geldi.', 'Yirmi yirmi beş kişi geldi.'],
  ['Koşa koşa geldi, adım adım yürüdü.', 'Koşa koşa geldi, adım adım yürüdü.'],
]

describe('cleanTranscript', () => {
  test.each(english)('English: %s', (spoken, cleaned) => expect(clean(spoken, 'en')).toBe(cleaned))
  test.each(turkish)('Turkish: %s', (spoken, cleaned) => expect(clean(spoken, 'tr')).toBe(cleaned))
  test('other languages keep words that are fillers in English', () => {
    expect(clean('Um drei Uhr er kommt.', 'de')).toBe('Um drei Uhr er kommt.')
    expect(clean('Ich denke ich denke wir gehen.', 'de')).toBe('Ich denke wir gehen.')
  })
  test('numbers said in pieces stay in other languages; where number words are not known, so does all that is said again', () => {
    expect(clean('Fünf fünf fünf zwei.', 'de')).toBe('Fünf fünf fünf zwei.')
    expect(clean('Deux trois deux trois, vite.', 'fr')).toBe('Deux trois deux trois, vite.')
    expect(clean('Pięć pięć pięć dwa.', 'pl')).toBe('Pięć pięć pięć dwa.')
    expect(clean('Das wan- wandert.', 'de')).toBe('Das wandert.')
  })
  test('is done when done: a second cleaning changes nothing', () => {
    for (const [spoken] of english) expect(clean(clean(spoken, 'en'), 'en')).toBe(clean(spoken, 'en'))
    for (const [spoken] of turkish) expect(clean(clean(spoken, 'tr'), 'tr')).toBe(clean(spoken, 'tr'))
  })
  test('never removes across two speakers', () => {
    const segments = [
      { text: 'I think', startSecond: 0, endSecond: 1, speaker: 'A' },
      { text: 'I think so.', startSecond: 1, endSecond: 2, speaker: 'B' },
    ]
    expect(cleanTranscript(segments, 'en').text).toBe('I think\n\nI think so.')
  })
  test('a long pause at the end of a sentence begins a paragraph, and paragraphs carry their times', () => {
    const segments = [
      { text: 'First thought.', startSecond: 0, endSecond: 2 },
      { text: 'Second thought.', startSecond: 5, endSecond: 7 },
    ]
    const { paragraphs } = cleanTranscript(segments, 'en')
    expect(paragraphs.map(({ startSecond, endSecond, text }) => [startSecond, endSecond, text])).toEqual([
      [0, 2, 'First thought.'],
      [5, 7, 'Second thought.'],
    ])
  })
  test('a text without any sentence mark still gets paragraphs', () => {
    const text = Array.from({ length: 600 }, (_, index) => `word${index % 90}x`).join(' ')
    expect(cleanTranscript([{ text, startSecond: 0, endSecond: 300 }], 'en').paragraphs.length).toBeGreaterThan(1)
  })
})
