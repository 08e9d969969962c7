import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { wordErrors } from '../../../bench/speech/word-error-rate.ts'
import type { DetectedLanguage, SpeechEngine, TimedWord, WindowResult } from '../engine.ts'
import { createWhisperEngine } from './whisper-engine.ts'

const root = join(import.meta.dirname, '../../..')
const audio = join(root, 'test/fixtures/audio')
const model = join(root, 'weights/whisper-base')
const voiceActivityModel = join(root, 'weights/silero-vad/silero_vad.onnx')
const signal = new AbortController().signal
let folder = ''
let engine: SpeechEngine

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whisper-'))
  engine = await createWhisperEngine({ folder: model, voiceActivityModel })
}, 120_000)
afterAll(async () => {
  await engine.close()
  await rm(folder, { recursive: true, force: true })
})

const samplesOf = async (name: string): Promise<Buffer> => {
  const bytes = await readFile(join(audio, `${name}.wav`))
  return bytes.subarray(bytes.indexOf('data') + 8)
}
const store = async (name: string, content: Buffer): Promise<string> => {
  const path = join(folder, `${name}.s16le`)
  await writeFile(path, content)
  return path
}
const silence = (seconds: number): Buffer => Buffer.alloc(seconds * 32_000)
const recognize = async (path: string): Promise<{ results: WindowResult[]; text: string; words: TimedWord[] }> => {
  const { windows } = await engine.segment(path, { signal })
  const results = await Array.fromAsync(engine.recognize(path, windows, { language: 'en', signal }))
  const segments = results.flatMap((result) => result.segments)
  return {
    results,
    text: segments.map((segment) => segment.text).join(' '),
    words: segments.flatMap((segment) => segment.words),
  }
}

test('samples become their text, each word within 0.2 s of the checked table', async () => {
  const table = JSON.parse(await readFile(join(audio, 'word-times.json'), 'utf8')) as {
    files: Record<string, [string, number, number][]>
  }
  for (const [name, wanted] of Object.entries(table.files)) {
    const { text, words } = await recognize(await store(name, await samplesOf(name)))
    expect(wordErrors(wanted.map(([word]) => word).join(' '), text).errors, name).toBe(0)
    const strayed = wanted.flatMap(([word, start, end], index) => {
      const given = words[index]
      const late = Math.max(Math.abs((given?.startSecond ?? -9) - start), Math.abs((given?.endSecond ?? -9) - end))
      return late > 0.2 ? [`${name}: ${word} ${start}–${end}, given ${given?.startSecond}–${given?.endSecond}`] : []
    })
    expect(strayed).toEqual([])
  }
}, 120_000)

test('a longer recording is whole, in order, inside its bounds, and the same when only a part is left', async () => {
  const parts = await Promise.all(
    ['jfk', 'austen-0870', 'austen-0880', 'austen-0890', 'austen-0920', 'austen-0930'].map(samplesOf),
  )
  const path = await store('long', Buffer.concat([...parts, silence(6), parts[1] as Buffer]))
  const { results, words } = await recognize(path)
  expect(results.map((result) => result.window.index)).toEqual([0, 1, 2].slice(0, results.length))
  expect(results.length).toBeGreaterThan(1)
  words.forEach((word, index) => {
    expect(word.startSecond).toBeGreaterThanOrEqual(words[index - 1]?.endSecond ?? 0)
    expect(word.endSecond).toBeGreaterThanOrEqual(word.startSecond)
  })
  const duration = (await readFile(path)).length / 32_000
  expect(words.at(-1)?.endSecond).toBeLessThanOrEqual(duration)
  const { windows } = await engine.segment(path, { signal })
  const rest = await Array.fromAsync(engine.recognize(path, windows.slice(1), { language: 'en', signal }))
  expect(rest).toEqual(results.slice(1))
}, 120_000)

test('silence, noise and nothing give no window, and no language', async () => {
  const noise = Buffer.from(
    Int16Array.from({ length: 16_000 * 60 }, (_, index) => 6000 * Math.sin(index * index * 0.731)).buffer,
  )
  for (const [name, content] of [
    ['silence', silence(60)],
    ['noise', noise],
    ['nothing', Buffer.alloc(0)],
  ] as const) {
    const path = await store(name, content)
    const { windows, speechSecond } = await engine.segment(path, { signal })
    expect([name, windows.length, speechSecond]).toEqual([name, 0, 0])
    expect((await engine.detectLanguage(path, windows, { signal })).probability).toBe(0)
    expect((await recognize(path)).text).toBe('')
  }
}, 60_000)

test('the language is told, per window too', async () => {
  const path = await store('language', await samplesOf('austen-0880'))
  const { windows } = await engine.segment(path, { signal })
  expect(await engine.detectLanguage(path, windows, { signal })).toMatchObject({ language: 'en' })
  const options = { language: 'tr', perWindowLanguage: true, words: false, signal }
  const [result] = await Array.fromAsync(engine.recognize(path, windows, options))
  expect(result).toMatchObject({ language: 'en', segments: [{ words: [] }] })
}, 60_000)

test('a language that the model does not know is refused, not guessed at', async () => {
  const path = await store('unknown-language', await samplesOf('jfk'))
  const { windows } = await engine.segment(path, { signal })
  const work = Array.fromAsync(engine.recognize(path, windows, { language: 'xx', signal }))
  await expect(work).rejects.toMatchObject({ code: 'unsupported-capability' })
}, 60_000)

test('an expected language is taken where detection is unsure and its text is likelier', async () => {
  const expecting = await createWhisperEngine({ folder: model, voiceActivityModel, expectedLanguages: ['tr', 'en'] })
  const told = async (name: string): Promise<DetectedLanguage> => {
    const path = await store(`expected-${name}`, await samplesOf(name))
    const { windows } = await expecting.segment(path, { signal })
    return await expecting.detectLanguage(path, windows, { signal })
  }
  const robot = await told('tr-synthetic')
  expect(robot.language).toBe('tr')
  // What detection thought stays to be seen, so that the user is warned.
  expect(robot.probability).toBeLessThan(0.5)
  expect(await told('jfk')).toMatchObject({ language: 'en' })
  await expecting.close()
}, 60_000)

test('an aborted signal ends the work', async () => {
  const path = await store('aborted', await samplesOf('jfk'))
  const { windows } = await engine.segment(path, { signal })
  const controller = new AbortController()
  // More than any machine does in that time.
  const many = Array.from({ length: 50 }, (_, index) => windows.map((window) => ({ ...window, index }))).flat()
  const work = Array.fromAsync(engine.recognize(path, many, { language: 'en', signal: controller.signal }))
  setTimeout(() => controller.abort(), 50)
  await expect(work).rejects.toMatchObject({ code: 'cancelled' })
}, 60_000)

test('a folder that is no model is told', async () => {
  await expect(createWhisperEngine({ folder, voiceActivityModel })).rejects.toMatchObject({
    code: 'speech-model-missing',
  })
})
