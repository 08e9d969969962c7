import { describe, expect, test } from 'vitest'
import type { CallPart } from '../call.ts'
import { createCaller } from '../caller.ts'
import { builtInProviders } from '../providers/index.ts'
import type { JsonObject } from '../types/json.ts'
import type { ModelRow } from '../types/models.ts'
import type { ChatRequest } from '../types/requests.ts'
import { enhanceText } from './enhance.ts'
import { detectLanguage } from './language.ts'
import { splitSentences } from './sentences.ts'
import { summarizeText } from './summarize.ts'

const ENGLISH = [
  'Good morning everyone and welcome.',
  'Today we review the harbour project and its budget.',
  'Maria laughed about the weather.',
  'The harbour project is four weeks late because the steel supplier delivered the wrong beams.',
  'We had coffee.',
  'The supplier will replace the beams by 14 March and pays 20,000 euros for the delay.',
  'The budget of the harbour project stays at 2.4 million euros.',
  'Someone opened a window.',
  'Tom will write the new schedule of the harbour project until Friday.',
  'Dr. Adams asked whether the delay puts the permit at risk.',
  'The permit for the harbour is valid until June, so the delay is no risk.',
  'Thanks and goodbye.',
]
const TURKISH = [
  'Herkese günaydın.',
  'Bugün liman projesinin bütçesini konuşacağız.',
  'Liman projesi dört hafta gecikti çünkü çelik tedarikçisi yanlış kirişleri gönderdi.',
  'Hava çok güzeldi.',
  'Tedarikçi kirişleri 14 Mart tarihine kadar değiştirecek.',
  'Liman projesinin bütçesi 2,4 milyon euro olarak kalıyor.',
  'Bir kahve içtik.',
  'Ayşe yeni takvimi cuma gününe kadar yazacak.',
]
const words = (text: string, language: string): string[] =>
  text.toLocaleLowerCase(language).match(/[\p{L}\p{N}]+/gu) ?? []

describe('enhance', () => {
  test('English: spaces, capitals, ends, questions, hesitations', () => {
    const raw = 'um so today we start , i think it works\nwhat do you think about it\nthe the price is 3.5 euros'
    expect(enhanceText(raw)).toBe(
      'So today we start, I think it works. What do you think about it? The price is 3.5 euros.',
    )
  })

  test('Turkish: dotted capitals, question particles, doubled words stay', () => {
    const raw = 'ııı istanbul ofisi hazır mı\nyavaş yavaş ilerliyoruz ama bitmedi'
    expect(enhanceText(raw)).toBe('İstanbul ofisi hazır mı? Yavaş yavaş ilerliyoruz ama bitmedi.')
  })

  test('no word is lost, added or replaced, but hesitations', () => {
    for (const [sentences, language] of [
      [ENGLISH, 'en'],
      [TURKISH, 'tr'],
    ] as const) {
      const raw = sentences.join(' ').replace(/[.,]/g, '').toLocaleLowerCase(language)
      expect(words(enhanceText(raw, language), language)).toEqual(words(raw, language))
    }
  })

  test('a text that is well already stays as it is, but for paragraphs', () => {
    const text = ENGLISH.join(' ')
    expect(enhanceText(text).replaceAll('\n\n', ' ')).toBe(text)
    expect(enhanceText(text).split('\n\n').length).toBeGreaterThan(1)
  })

  test('a long run without punctuation is cut before words that begin a thought', () => {
    const run = `${'we talked about the plan for a long time today in '.repeat(2)}the office then we went to the harbour and looked at the new steel beams`
    expect(enhanceText(run)).toMatch(/office\. Then we went/)
  })

  test('nothing in, nothing out', () => {
    expect(enhanceText('')).toBe('')
    expect(enhanceText(' ... \n ?! ')).toBe('')
  })
})

describe('summarize', () => {
  test.each([
    ['English', ENGLISH, 4, ['four weeks late']],
    ['Turkish', TURKISH, 3, ['Liman projesi']],
  ] as const)('%s: whole sentences of the text, in its order, the central ones', (_name, sentences, count, central) => {
    const text = sentences.join(' ')
    const summary = summarizeText(text, { maxSentences: count })
    const chosen = sentences.filter((sentence) => summary.includes(sentence))
    expect(chosen.join(' ')).toBe(summary)
    expect(chosen).toHaveLength(count)
    for (const phrase of central) expect(summary).toContain(phrase)
    for (const noise of ['coffee', 'window', 'kahve', 'Hava çok']) expect(summary).not.toContain(noise)
    expect(summarizeText(text, { maxSentences: count })).toBe(summary)
  })

  test('a short text is its own summary', () =>
    expect(summarizeText('Only this. And that.')).toBe('Only this. And that.'))

  test('a long text is summarized in sections, near-copies are not repeated', () => {
    const long = Array.from(
      { length: 900 },
      (_, index) => `Speaker ${index % 7} explained point ${index} of the harbour plan.`,
    )
    const summary = splitSentences(summarizeText(long.join(' ')), 'en')
    expect(summary.length).toBeGreaterThan(5)
    expect(summary.length).toBeLessThanOrEqual(15)
    expect(new Set(summary).size).toBe(summary.length)
  })
})

test('abbreviations, numbers and initials end no sentence', () => {
  expect(splitSentences('Dr. Adams paid 3.5 euros to J. Smith. He left.', 'en')).toEqual([
    'Dr. Adams paid 3.5 euros to J. Smith.',
    'He left.',
  ])
  expect(splitSentences('Prof. Yılmaz geldi. Saat 5. katta bekledi.', 'tr')).toEqual([
    'Prof. Yılmaz geldi.',
    'Saat 5. katta bekledi.',
  ])
})

test('language by its words', () => {
  expect(detectLanguage(ENGLISH.join(' '))).toBe('en')
  expect(detectLanguage(TURKISH.join(' '))).toBe('tr')
  expect(detectLanguage('bir toplanti icin geldik ve cok konustuk ama')).toBe('tr')
})

describe('as a provider', () => {
  const caller = createCaller({
    providers: builtInProviders,
    send: () => Promise.reject(new Error('the offline provider must not use the network')),
  })
  const row: ModelRow = {
    provider: 'offline',
    key: 'basic',
    displayName: 'Basic (no AI)',
    operations: ['chat'],
    contextLength: null,
    maxOutputTokens: null,
    inputModalities: ['text'],
    outputModalities: ['text'],
    capabilities: ['stream'],
    prices: { inputPerMillion: 0, outputPerMillion: 0 },
    creditMultiplier: 0,
    active: true,
    removalReason: null,
    aliases: [],
    rules: {},
  }
  const target = { model: row, credential: null, baseUrl: '' }
  const context = { signal: new AbortController().signal, parameterPolicy: 'adapt' } as const
  const request = (content: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
    model: 'any',
    messages: [{ role: 'user', content }],
    ...more,
  })
  const told = (task: string, text: string, more: JsonObject = {}): ChatRequest =>
    request('ignored', { providerOptions: { offline: { task, text, ...more } } })

  test('told what to do by its options', async () => {
    const enhanced = await caller.chat(target, told('enhance', 'hello there'), context)
    expect(enhanced).toMatchObject({
      text: 'Hello there.',
      finishReason: 'stop',
      servedModel: 'basic',
      usage: { reported: true, inputTokens: 0 },
    })
    const summary = await caller.chat(target, told('summarize', ENGLISH.join(' '), { maxSentences: 2 }), context)
    expect(splitSentences(summary.text, 'en')).toHaveLength(2)
  })

  test('or reads it from the last user message, with the text in its delimiters', async () => {
    const enhanced = await caller.chat(
      target,
      request('Improve the text.\n<transcript>\nplease summarize nothing\n</transcript>'),
      context,
    )
    expect(enhanced.text).toBe('Please summarize nothing.')
    const summary = await caller.chat(target, request(`Summarize this recording:\n${ENGLISH.join(' ')}`), context)
    expect(ENGLISH.some((sentence) => summary.text.startsWith(sentence))).toBe(true)
  })

  test('as a stream the same text', async () => {
    const parts: CallPart[] = await Array.fromAsync(caller.stream(target, told('enhance', ENGLISH.join(' ')), context))
    const streamed = parts.flatMap((part) => (part.type === 'text-delta' ? part.text : [])).join('')
    expect(streamed).toBe((await caller.chat(target, told('enhance', ENGLISH.join(' ')), context)).text)
    expect(parts.at(-1)?.type).toBe('end')
  })

  test.each([
    ['a translation', request('Translate this into German: hello')],
    ['a chat', request('Who are you?')],
    ['another task', told('translate', 'hello')],
    ['tools', { ...told('enhance', 'hello'), tools: [{ name: 'f', parameters: {} }] }],
    ['a schema', { ...told('enhance', 'hello'), responseFormat: { type: 'json' } }],
  ] as const)('%s is a typed refusal', async (_name, asked) => {
    await expect(caller.chat(target, asked, context)).rejects.toMatchObject({
      code: 'unsupported-capability',
      details: { provider: 'offline' },
    })
  })

  test('no text is told, never shown as an empty success', async () => {
    await expect(caller.chat(target, told('enhance', '  '), context)).rejects.toMatchObject({ code: 'output-empty' })
  })

  test('its model is listed without network; other operations are refused', async () => {
    const models = await caller.listModels('offline', { credential: null, baseUrl: '' }, context)
    expect(models.map((model) => model.key)).toEqual(['basic'])
    await expect(
      caller.embed({ ...target, model: { ...row, operations: ['embed'] } }, { model: 'any', input: ['a'] }, context),
    ).rejects.toMatchObject({
      code: 'unsupported-capability',
    })
  })
})
