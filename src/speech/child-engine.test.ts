import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { execFileSync, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { isAlive } from '../../test/setup/is-alive.ts'
import { createChildEngine, type ChildEngineOptions } from './child-engine.ts'
import type { SpeechEngine } from './engine.ts'

const root = join(import.meta.dirname, '../..')
const whisper = {
  folder: join(root, 'weights/whisper-base'),
  voiceActivityModel: join(root, 'weights/silero-vad/silero_vad.onnx'),
}
const windows = [{ index: 0, startSecond: 0, endSecond: 11 }]
const signal = new AbortController().signal
let folder = ''
let audioPath = ''
let engine: SpeechEngine

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'child-'))
  audioPath = join(folder, 'jfk.s16le')
  const bytes = await readFile(join(root, 'test/fixtures/audio/jfk.wav'))
  await writeFile(audioPath, bytes.subarray(bytes.indexOf('data') + 8))
})
afterEach(() => engine.close())
afterAll(() => rm(folder, { recursive: true, force: true }))

/** An engine whose process runs the given program instead of ours; `calls` counts what it was asked. */
const engineRunning = async (onCall: string, options: Partial<ChildEngineOptions> = {}): Promise<SpeechEngine> => {
  const program = join(folder, `${Math.random()}.mjs`)
  const body = `
    process.on('disconnect', () => process.exit())
    process.on('message', (message) => {
      if (message.type === 'load') process.send({ type: 'ready' })
      if (message.type === 'call') { const id = message.id; ${onCall} }
    })`
  await writeFile(program, body)
  engine = createChildEngine({ model: 'test', whisper, program: pathToFileURL(program), ...options })
  return engine
}
const recognize = (from: SpeechEngine, by: AbortSignal = signal) =>
  Array.fromAsync(from.recognize(audioPath, windows, { language: 'en', signal: by }))
const untilGone = async (pid: number): Promise<void> => {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20))
}

test('the real engine works in its process, survives kill -9 of it, and leaves nothing', async () => {
  engine = createChildEngine({ model: 'whisper-base', whisper })
  const segmentation = await engine.segment(audioPath, { signal })
  expect(segmentation.windows).toHaveLength(1)
  const children = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' })
  const pid = Number(/(\d+) .*worker\.ts/.exec(children)?.[1])
  // Halted first: a quick machine would be done before it is killed.
  process.kill(pid, 'SIGSTOP')
  const work = recognize(engine)
  process.kill(pid, 'SIGKILL')
  await expect(work).rejects.toMatchObject({
    code: 'speech-engine-crashed',
    details: { stage: 'recognize', signal: 'SIGKILL' },
  })
  const [result] = await recognize(engine)
  expect(result?.segments.map((segment) => segment.text).join(' ')).toContain('ask not')
  await engine.close()
  await untilGone(pid)
}, 120_000)

test('a crash fails the call with exit code and last lines, and the next call works', async () => {
  const flag = join(folder, 'crashed')
  await engineRunning(`
    import('node:fs').then((fs) => {
      if (fs.existsSync(${JSON.stringify(flag)})) return process.send({ type: 'done', id })
      fs.writeFileSync(${JSON.stringify(flag)}, '')
      process.stderr.write('line one\\nterminate called\\n', () => process.exit(3))
    })`)
  await expect(recognize(engine)).rejects.toMatchObject({
    code: 'speech-engine-crashed',
    details: { stage: 'recognize', exitCode: 3, lastLines: ['line one', 'terminate called'] },
  })
  expect(await recognize(engine)).toEqual([])
}, 30_000)

test('slow work that gives signs of life is left to itself, however long it takes', async () => {
  await engineRunning(
    `let left = 20
    const beat = setInterval(() => {
      process.send({ type: 'progress', id, secondsDone: 0, ofSeconds: 1 })
      if (left-- === 0) { clearInterval(beat); process.send({ type: 'done', id }) }
    }, 250)`,
    { shortestSilenceMs: 4000 },
  )
  const short = engine.recognize(audioPath, [{ index: 0, startSecond: 0, endSecond: 0.1 }], { language: 'en', signal })
  expect(await Array.fromAsync(short)).toEqual([])
}, 30_000)

test('a hang ends when nothing was heard for the time allowed', async () => {
  await engineRunning('for (;;) {}', { shortestSilenceMs: 1000 })
  const short = engine.recognize(audioPath, [{ index: 0, startSecond: 0, endSecond: 0.1 }], { language: 'en', signal })
  await expect(Array.fromAsync(short)).rejects.toMatchObject({
    code: 'speech-engine-timeout',
    details: { stage: 'recognize', lastLines: [] },
  })
}, 30_000)

test.skipIf(process.platform !== 'linux')(
  'memory growth ends the process',
  async () => {
    await engineRunning('globalThis.kept = Buffer.alloc(400_000_000, 1)', { memoryLimitBytes: 300_000_000 })
    await expect(recognize(engine)).rejects.toMatchObject({
      code: 'speech-engine-crashed',
      details: { limitBytes: 300_000_000 },
    })
  },
  30_000,
)

/** Says that it has begun, and hears nothing from then on. */
const DEAF = `process.send({ type: 'window', id, result: process.pid }, () => { for (;;) {} })`

test('a cancelled call that does not listen is killed', async () => {
  await engineRunning(DEAF)
  const controller = new AbortController()
  const begun: unknown[] = []
  const work = async (): Promise<void> => {
    for await (const result of engine.recognize(audioPath, windows, { language: 'en', signal: controller.signal })) {
      begun.push(result)
      controller.abort()
    }
  }
  await expect(work()).rejects.toMatchObject({ code: 'cancelled' })
  expect(begun).toHaveLength(1)
  await untilGone(Number(begun[0]))
}, 30_000)

test('an error of the model reaches the caller, and closing ends what waits', async () => {
  await engineRunning(
    `process.send({ type: 'failed', id, error: { code: 'speech-model-invalid', message: 'no', details: { file: 'x' } } })`,
  )
  await expect(recognize(engine)).rejects.toMatchObject({ code: 'speech-model-invalid', details: { file: 'x' } })
  await engineRunning(`process.send({ type: 'window', id, result: process.pid })`)
  const first = engine.recognize(audioPath, windows, { language: 'en', signal })[Symbol.asyncIterator]()
  await first.next()
  const waiting = Promise.allSettled([first.next(), recognize(engine)])
  void engine.close()
  for (const each of await waiting) expect(each).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } })
}, 30_000)

test('an idle process leaves', async () => {
  await engineRunning(`process.send({ type: 'window', id, result: process.pid }); process.send({ type: 'done', id })`, {
    idleMs: 50,
  })
  const [pid] = (await recognize(engine)) as unknown as number[]
  await untilGone(pid ?? 0)
}, 30_000)

test('the process ends with its parent', async () => {
  engine = createChildEngine({ model: 'unused', whisper })
  const script = `
    import { createChildEngine } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'child-engine.ts')).href)}
    const engine = createChildEngine({ model: 'x', whisper: ${JSON.stringify(whisper)} })
    await engine.segment(${JSON.stringify(audioPath)}, { signal: new AbortController().signal })
    const { execFileSync } = await import('node:child_process')
    console.log(execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' }))
    setInterval(() => {}, 1000)`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const pid = await new Promise<number>((resolve) =>
    parent.stdout.on('data', (chunk: Buffer) => resolve(Number(/(\d+) .*worker\.ts/.exec(chunk.toString())?.[1]))),
  )
  expect(isAlive(pid)).toBe(true)
  parent.kill('SIGKILL')
  await untilGone(pid)
}, 60_000)
