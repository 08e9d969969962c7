/** A provider's audio endpoint as the engine, over real HTTP, with a real encoded file. */
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createTestDatabase } from '../setup/database.ts'
import { createHarness, defaultOptions, fixture, USER } from './harness.ts'
import { startLoopbackModels, type LoopbackScript } from './loopback-models.ts'
import { createScriptedEngine } from './scripted-engine.ts'

const database = await createTestDatabase()
afterAll(() => database.close())

const setUp = async (transcribe: LoopbackScript['transcribe']) => {
  const models = await startLoopbackModels({ transcribe })
  const harness = await createHarness(database, {
    engine: createScriptedEngine({ windows: 1 }),
    providerUrl: models.url,
  })
  await harness.startWorker()
  const recognize = async (options: object = {}) => {
    const path = join(harness.dataDirectory, 'jfk.wav')
    await copyFile(fixture('jfk.wav'), path)
    const wanted = { ...defaultOptions, engine: 'loop/hearer', enhance: false, summarize: false, ...options }
    const { id } = await harness.transcriptions.create({
      userId: USER,
      source: { path },
      fileName: 'jfk.wav',
      options: wanted,
    })
    return harness.finished(id)
  }
  const close = () => harness.close().then(() => models.close())
  return { ...harness, models, recognize, [Symbol.asyncDispose]: close }
}

const timed = {
  text: 'Ask not.',
  language: 'english',
  duration: 10,
  segments: [{ id: 0, start: 1, end: 3, text: ' Ask not.' }],
  words: [
    { word: 'Ask', start: 1, end: 2 },
    { word: 'not.', start: 2, end: 3 },
  ],
}

test('the provider hears an encoded file, and its words stand in the text with their times and its name', async () => {
  await using harness = await setUp(() => timed)
  const done = await harness.recognize()
  expect(done).toMatchObject({ status: 'completed', engine: 'loop', speechModel: 'hearer', language: 'en' })
  const { items } = await harness.transcriptions.segments(USER, done.id, { after: -1, limit: 9 })
  expect(items).toMatchObject([{ index: 0, text: 'Ask not.', startSecond: 1, endSecond: 3 }])
  expect(items[0]?.words.map(({ text }) => text)).toEqual(['Ask', 'not.'])
  expect(done.texts.find(({ kind }) => kind === 'raw')).toMatchObject({ provider: 'loop', model: 'hearer' })
  expect(done.texts.find(({ kind }) => kind === 'raw')?.attempts).toHaveLength(1)
  const [audio] = harness.models.audios
  // Ten seconds at 64 kbit/s.
  expect(audio?.bytes).toBeGreaterThan(60_000)
  expect(audio?.bytes).toBeLessThan(10 * 8_400)
  expect(audio?.fields['language']).toBeUndefined()
})

test('a model of which nobody knows whether it gives times is asked all the same', async () => {
  await using harness = await setUp(() => ({ text: 'Ask not. Ask what.' }))
  const done = await harness.recognize({ engine: 'loop/listener' })
  expect(done).toMatchObject({ status: 'completed', engine: 'loop', speechModel: 'listener' })
  expect(harness.models.audios[0]?.fields['response_format']).toBe('json')
  expect(done.warnings.map(({ code }) => code)).toContain('approximate-times')
})

test('a server that refuses to give times is asked for the text alone', async () => {
  const refusal = {
    message: 'Currently do not support verbose_json',
    type: 'BadRequestError',
    param: 'response_format',
  }
  await using harness = await setUp(({ fields }) =>
    fields['response_format'] === 'json' ? { text: 'Ask not.' } : { status: 400, error: refusal },
  )
  const done = await harness.recognize()
  expect(done.status).toBe('completed')
  expect(harness.models.audios.map(({ fields }) => fields['response_format'])).toEqual(['verbose_json', 'json'])
})

test('text without times gets estimated ones, and the page is told', async () => {
  await using harness = await setUp(() => ({ text: 'Ask not. Ask what.' }))
  const done = await harness.recognize({ language: 'en' })
  expect(harness.models.audios[0]?.fields['language']).toBe('en')
  expect(done.warnings.map(({ code }) => code)).toContain('approximate-times')
  const { items } = await harness.transcriptions.segments(USER, done.id, { after: -1, limit: 9 })
  expect(items.map(({ text }) => text)).toEqual(['Ask not.', 'Ask what.'])
})

test('a provider that gives no text for speech does not pass for silence without a word', async () => {
  await using harness = await setUp(() => ({ text: '' }))
  const done = await harness.recognize()
  expect(done.status).toBe('completed')
  expect(done.coverage).toMatchObject({ noSpeechFound: true, gaps: [{ startSecond: 0.5, endSecond: 9.5 }] })
  expect(done.warnings.map(({ code }) => code)).toEqual(['no-speech', 'speech-not-covered'])
})

test('an engine that nobody knows fails with its name; the recording can be recognized by another one', async () => {
  await using harness = await setUp(() => timed)
  const failed = await harness.recognize({ engine: 'loop/nobody' })
  expect(failed).toMatchObject({
    status: 'failed',
    error: { code: 'model-unknown', provider: 'loop', model: 'nobody' },
  })
  await harness.transcriptions.runStep(USER, failed.id, 'recognize', { engine: 'local' })
  const done = await harness.finished(failed.id)
  expect(done).toMatchObject({ status: 'completed', engine: 'local', error: null })
})
