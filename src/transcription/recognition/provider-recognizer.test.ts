import { expect, test } from 'vitest'
import type { TranscribeAnswer, TranscribeRequest } from '../../gateway/index.ts'
import { createProviderRecognizer } from './provider-recognizer.ts'
import { limitsOf } from './provider-limits.ts'

const answer = (text: string, more: Partial<TranscribeAnswer> = {}): TranscribeAnswer => ({
  requestId: 'r',
  provider: 'openai',
  model: 'hearer',
  servedModel: null,
  originalModel: null,
  fallbackUsed: false,
  attempts: [],
  notes: [],
  decision: { asked: 'openai/hearer', chain: 'routing', targets: [], skipped: [] },
  costMicrocents: 100,
  text,
  language: 'en',
  durationSecond: null,
  segments: [],
  usage: {
    inputTokens: 0,
    outputTokens: 0,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    reported: true,
  },
  ...more,
})

/** Twelve minutes of speech in windows of 20 s with pauses of a second between them. */
const windows = Array.from({ length: 36 }, (_, index) => ({
  index,
  startSecond: index * 20,
  endSecond: index * 20 + 19,
}))
const segmentation = { durationSecond: 720, regions: windows, windows, speechSecond: 684 }

const open = (transcribe: (request: TranscribeRequest) => TranscribeAnswer, bytesPerSecond = 8_400) =>
  createProviderRecognizer('openai/hearer', {
    transcribe: (request) => Promise.resolve(transcribe(request)),
    encode: (_path, { startSecond, endSecond }) => {
      const bytes = new Uint8Array(Math.ceil((endSecond - startSecond) * bytesPerSecond))
      return Promise.resolve({ bytes, fileName: 'part.mp3', mediaType: 'audio/mpeg' })
    },
    bytesPerSecond,
  })

test('no request is larger than the provider takes, in seconds and in bytes', async () => {
  for (const bytesPerSecond of [8_400, 200_000]) {
    const sent: TranscribeRequest[] = []
    const recognizer = open((request) => {
      sent.push(request)
      return answer('')
    }, bytesPerSecond)
    const pieces = recognizer.plan(segmentation)
    const request = { workPath: 'x', pieces, language: null, signal: new AbortController().signal }
    await Array.fromAsync(recognizer.recognize(request))
    expect(sent.length).toBeGreaterThan(1)
    for (const { audio, durationSecond } of sent) {
      expect(audio.byteLength).toBeLessThanOrEqual(limitsOf('openai').maxBytes)
      expect(durationSecond).toBeLessThanOrEqual(limitsOf('openai').maxSecond)
    }
  }
})

test('every window is heard once: what each says is in the text once, at its time', async () => {
  const recognizer = open((request) => {
    const count = Math.round((request.durationSecond ?? 0) / 20)
    const segments = Array.from({ length: count }, (_, at) => ({
      text: `w`,
      startSecond: at * 20,
      endSecond: at * 20 + 19,
      words: [],
    }))
    return answer('w', { segments })
  })
  const pieces = recognizer.plan(segmentation)
  const request = { workPath: 'x', pieces, language: 'en', signal: new AbortController().signal }
  const results = await Array.fromAsync(recognizer.recognize(request))
  const starts = results.flatMap(({ result }) => result.segments.map(({ startSecond }) => startSecond))
  expect(starts.toSorted((a, b) => a - b)).toEqual(windows.map(({ startSecond }) => startSecond))
})

test('a chosen language is sent, an unknown one is not made up, and the answer’s facts are kept', async () => {
  const sent: TranscribeRequest[] = []
  const recognizer = open((request) => {
    sent.push(request)
    return answer('Merhaba.', { language: 'tr' })
  })
  const [piece] = recognizer.plan(segmentation)
  const signal = new AbortController().signal
  for (const language of ['tr', null]) {
    const results = await Array.fromAsync(
      recognizer.recognize({ workPath: 'x', pieces: piece ? [piece] : [], language, signal }),
    )
    expect(results[0]?.result).toMatchObject({ language: 'tr', facts: { provider: 'openai', costMicrocents: 100 } })
    expect(results[0]?.result.notes[0]?.kind).toBe('approximate-times')
  }
  expect(sent.map((request) => request.language)).toEqual(['tr', undefined])
})

test('an unknown provider gets the smallest limits', () => {
  expect(limitsOf('somebody').maxBytes).toBeLessThanOrEqual(limitsOf('openai').maxBytes)
})
