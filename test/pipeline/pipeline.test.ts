import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { transcriptionSchema } from '../../src/http/contract/transcriptions.ts'
import type { Transcription as ContractTranscription } from '../../src/http/contract/transcriptions.ts'
import { transcriptionEventSchema } from '../../src/http/contract/events.ts'
import type { Transcription, TranscriptionEvent } from '../../src/transcription/types.ts'
import { createTestDatabase } from '../setup/database.ts'
import { createHarness, USER, type HarnessOptions } from './harness.ts'
import { createScriptedEngine } from './scripted-engine.ts'

const database = await createTestDatabase()
afterAll(() => database.close())

const setUp = async (options: Partial<HarnessOptions> = {}) => {
  const harness = await createHarness(database, { engine: createScriptedEngine(), ...options })
  await harness.startWorker()
  return { ...harness, [Symbol.asyncDispose]: () => harness.close() }
}

const textOf = ({ texts }: Transcription, kind: string) => texts.find((text) => text.kind === kind)

test('a recording becomes raw, cleaned, enhanced and summarized text without a key', async () => {
  await using harness = await setUp()
  const { id } = await harness.create()
  const done = await harness.finished(id)
  expect(done).toMatchObject({
    status: 'completed',
    failedSteps: [],
    error: null,
    language: 'en',
    languageProbability: 0.9,
  })
  expect(done.steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
    'probe done',
    'audio done',
    'segments done',
    'recognize done',
    'clean done',
    'enhance done',
    'summarize done',
  ])
  expect(textOf(done, 'raw')).toMatchObject({
    content: 'This is sentence number 1. This is sentence number 2. This is sentence number 3.',
    provider: 'local',
    model: 'scripted-model',
  })
  expect(textOf(done, 'enhanced')).toMatchObject({
    status: 'done',
    complete: true,
    provider: 'offline',
    model: 'basic',
  })
  expect(textOf(done, 'summary')?.content).not.toBe('')
  expect(done.coverage).toMatchObject({ gaps: [], noSpeechFound: false })
  expect(done.excerpt).toContain('sentence number 1')
})

test('what the domain gives fits the contract, in types and in values', async () => {
  await using harness = await setUp()
  const { id } = await harness.create()
  const done: ContractTranscription = await harness.finished(id)
  expect(transcriptionSchema.parse(done)).toEqual(done)
})

test('after the work only the recording itself is kept on disk', async () => {
  await using harness = await setUp()
  const { id } = await harness.create()
  await harness.finished(id)
  await expect.poll(() => readdir(join(harness.dataDirectory, 'media', id)), { timeout: 15_000 }).toEqual(['recording'])
})

test('pieces that come out of order still make a text in order, each recognized once', async () => {
  const engine = createScriptedEngine({ windows: 9, order: (windows) => windows.toReversed() })
  await using harness = await setUp({ engine })
  const { id } = await harness.create({ enhance: false, summarize: false })
  await harness.finished(id)
  const { items } = await harness.transcriptions.segments(USER, id, { after: -1, limit: 100 })
  expect(items.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  expect(items.map(({ text }) => text)).toEqual(items.map((_, index) => `This is sentence number ${index + 1}.`))
  expect(engine.recognized.toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
})

test('a recording without speech is complete, says so, and no model is asked', async () => {
  await using harness = await setUp({ engine: createScriptedEngine({ windows: 0 }) })
  const { id } = await harness.create()
  const done = await harness.finished(id)
  expect(done.status).toBe('completed')
  expect(done.warnings.map(({ code }) => code)).toEqual(['no-speech'])
  expect(textOf(done, 'raw')).toMatchObject({ status: 'done', content: '' })
  expect(done.steps.filter(({ status }) => status === 'skipped').map(({ name }) => name)).toEqual([
    'clean',
    'enhance',
    'summarize',
  ])
  // Asked for all the same: told at once, and nothing red stands on the page later.
  for (const kind of ['summary', 'cleaned'] as const) {
    const asked = harness.transcriptions.makeText(USER, id, { kind, model: 'offline/basic' })
    await expect(asked).rejects.toMatchObject({ code: 'no-text' })
  }
  expect((await harness.transcriptions.get(USER, id)).texts.map(({ kind }) => kind)).toEqual(['raw'])
})

test('an unsure language is said', async () => {
  await using harness = await setUp({ engine: createScriptedEngine({ probability: 0.3, language: 'tr' }) })
  const { id } = await harness.create({ enhance: false, summarize: false })
  const done = await harness.finished(id)
  expect(done).toMatchObject({ language: 'tr', languageProbability: 0.3 })
  expect(done.warnings.map(({ code }) => code)).toContain('language-unsure')
})

test('events tell the whole story to a reader who joins at the start, and fit the contract', async () => {
  await using harness = await setUp()
  const { id } = await harness.create()
  const leaving = new AbortController()
  const events: TranscriptionEvent[] = []
  const heard = {
    end: (event: TranscriptionEvent) => event.type === 'transcription' && event.transcription.status === 'completed',
    summary: (event: TranscriptionEvent) =>
      event.type === 'text' && event.text.kind === 'summary' && event.text.status === 'done',
  }
  for await (const event of harness.transcriptions.events(USER, { transcriptionId: id, signal: leaving.signal })) {
    expect(transcriptionEventSchema.parse(event)).toEqual(event)
    events.push(event)
    // A slow reader may hear of the end first: news of one thing wait as one, in the place of the oldest.
    if (Object.values(heard).every((isHeard) => events.some(isHeard))) leaving.abort()
  }
  const segments = events.flatMap((event) => (event.type === 'segments' ? event.items : []))
  expect([...new Set(segments.map(({ index }) => index))]).toEqual([0, 1, 2])
  expect(events[0]).toMatchObject({ type: 'transcription' })
  expect(events.some((event) => event.type === 'step' && event.step.name === 'recognize')).toBe(true)
})
