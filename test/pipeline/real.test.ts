/** Real sound through the real engine in its own process. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { createChildEngine } from '../../src/speech/child-engine.ts'
import { createTestDatabase } from '../setup/database.ts'
import { createHarness, defaultOptions, fixture, USER } from './harness.ts'

const weights = join(import.meta.dirname, '../../weights')
const database = await createTestDatabase()
const engine = createChildEngine({
  model: 'whisper-base',
  whisper: {
    folder: join(weights, 'whisper-base'),
    voiceActivityModel: join(weights, 'silero-vad/silero_vad.onnx'),
  },
})
const harness = await createHarness(database, { engine })
await harness.startWorker()
afterAll(async () => {
  await harness.close()
  await engine.close()
  await database.close()
})

const transcribe = async (path: string, fileName: string) => {
  const { id } = await harness.transcriptions.create({
    userId: USER,
    source: { path },
    fileName,
    options: { ...defaultOptions, language: 'auto' },
  })
  return harness.finished(id)
}
const ffmpeg = (...words: string[]) => promisify(execFile)('ffmpeg', ['-v', 'error', '-y', ...words])

test(
  'an mp4 with speech becomes its text, its language is heard, every word has its time',
  { timeout: 120_000 },
  async () => {
    const path = join(harness.dataDirectory, 'jfk.mp4')
    const picture = ['-f', 'lavfi', '-i', 'color=c=blue:s=64x64:d=11', '-i', fixture('jfk.wav')]
    await ffmpeg(...picture, '-c:v', 'mpeg4', '-c:a', 'aac', '-shortest', path)
    const done = await transcribe(path, 'Kennedy.mp4')
    expect(done).toMatchObject({
      status: 'completed',
      hasVideo: true,
      language: 'en',
      engine: 'local',
      speechModel: 'whisper-base',
    })
    expect(done.languageProbability).toBeGreaterThan(0.5)
    expect(done.media.mediaType).toBe('video/mp4')
    expect(done.texts.find(({ kind }) => kind === 'raw')?.content.toLowerCase()).toContain(
      'ask not what your country can do for you',
    )
    expect(done.texts.map(({ kind }) => kind).toSorted()).toEqual(['cleaned', 'enhanced', 'raw', 'summary'])
    const { items } = await harness.transcriptions.segments(USER, done.id, { after: -1, limit: 100 })
    const words = items.flatMap((segment) => segment.words)
    expect(words.length).toBeGreaterThan(15)
    for (const [index, word] of words.entries()) {
      expect(word.startSecond).toBeGreaterThanOrEqual(words[index - 1]?.startSecond ?? 0)
      expect(word.endSecond).toBeLessThanOrEqual(11.2)
    }
    const srt = await harness.transcriptions.export(USER, done.id, { text: 'raw', format: 'srt' })
    expect(new TextDecoder().decode(srt.body)).toContain('-->')
  },
)

test.each([
  ['silence', 'anullsrc=r=16000:cl=mono'],
  ['noise', 'anoisesrc=r=16000:c=pink:a=0.3'],
])('a minute of %s holds no words', { timeout: 120_000 }, async (name, source) => {
  const path = join(harness.dataDirectory, `${name}.wav`)
  await ffmpeg('-f', 'lavfi', '-t', '60', '-i', source, path)
  const done = await transcribe(path, `${name}.wav`)
  expect(done.status).toBe('completed')
  expect(done.texts.map(({ kind, content }) => [kind, content])).toEqual([['raw', '']])
  expect(done.warnings.map(({ code }) => code)).toEqual(['no-speech'])
})

test('several samples in one file are all there, in order', { timeout: 120_000 }, async () => {
  const path = join(harness.dataDirectory, 'austen.flac')
  const inputs = ['0880', '0890', '0930'].flatMap((name) => ['-i', fixture(`austen-${name}.wav`)])
  await ffmpeg(...inputs, '-filter_complex', 'concat=n=3:v=0:a=1', '-ar', '44100', '-ac', '2', path)
  const done = await transcribe(path, 'austen.flac')
  const text = done.texts.find(({ kind }) => kind === 'raw')?.content.toLowerCase() ?? ''
  const places = ['young man', 'selfish', 'amiable'].map((word) => text.indexOf(word))
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(places[0]).toBeGreaterThanOrEqual(0)
})
