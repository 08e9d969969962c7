/**
 * The promise that matters most: whatever moment the process is killed at, the work goes on where it was, and the text is
 * the one that an undisturbed run gives. Real processes, real engine, real database.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import type { Transcription } from '../../src/transcription/types.ts'
import { createTestDatabase } from '../setup/database.ts'
import { createHarness, defaultOptions, fixture, USER } from './harness.ts'
import { createScriptedEngine } from './scripted-engine.ts'

const KILLS = 10
const SAMPLES = ['jfk', 'austen-0870', 'austen-0880', 'austen-0890', 'austen-0920', 'austen-0930']
const ROUNDS = 4

const database = await createTestDatabase()
const dataDirectory = await mkdtemp(join(tmpdir(), 'kill-'))
/** Serves only: pages and the test look through it, it takes no jobs. */
const office = await createHarness(database, { engine: createScriptedEngine(), dataDirectory })
const children = new Set<ChildProcess>()

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await office.close()
  await database.close()
  await rm(dataDirectory, { recursive: true, force: true })
})

/** Two and a half minutes of speech, as one file. */
const makeRecording = async (): Promise<string> => {
  const list = join(dataDirectory, 'list.txt')
  const names = Array.from({ length: ROUNDS }, () => SAMPLES).flat()
  await writeFile(list, names.map((name) => `file '${fixture(`${name}.wav`)}'`).join('\n'))
  const path = join(dataDirectory, `long-${Math.random().toString(36).slice(2)}.wav`)
  await promisify(execFile)('ffmpeg', ['-v', 'error', '-f', 'concat', '-safe', '0', '-i', list, '-c', 'copy', path])
  return path
}

const upload = async (): Promise<string> => {
  const source = { path: await makeRecording() }
  const options = { ...defaultOptions, language: 'en' }
  const { id } = await office.transcriptions.create({ userId: USER, source, fileName: 'long.wav', options })
  return id
}

const startWorker = async (log: string): Promise<ChildProcess> => {
  const words = JSON.stringify({ url: database.connectionString, dataDirectory, log })
  const child = spawn(process.execPath, [join(import.meta.dirname, 'kill-worker.ts'), words], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.add(child)
  await once(child.stdout ?? child, 'data')
  return child
}

const kill = async (child: ChildProcess): Promise<void> => {
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
  children.delete(child)
}

const recognizedIn = async (log: string): Promise<number[]> =>
  (await readFile(log, 'utf8').catch(() => '')).split('\n').filter(Boolean).map(Number)

const textsOf = ({ texts }: Transcription) =>
  Object.fromEntries(texts.map(({ kind, content, status, complete }) => [kind, { content, status, complete }]))

const isDone = async (id: string): Promise<boolean> =>
  !['queued', 'running'].includes((await office.transcriptions.get(USER, id)).status)

const until = async (isTrue: () => Promise<boolean>): Promise<void> => {
  while (!(await isTrue())) await systemClock.sleep(50)
}

test(
  'killed ten times at random moments, the text equals an undisturbed one; finished pieces are never repeated',
  { timeout: 600_000 },
  async () => {
    const quietLog = join(dataDirectory, 'quiet.log')
    const quiet = await upload()
    const worker = await startWorker(quietLog)
    const expected = await office.finished(quiet)
    await kill(worker)
    expect(expected.status).toBe('completed')
    const pieces = (await recognizedIn(quietLog)).length
    expect(pieces).toBeGreaterThan(4)

    const log = join(dataDirectory, 'killed.log')
    const id = await upload()
    const moments: string[] = []
    for (let round = 0; round < KILLS; round += 1) {
      const victim = await startWorker(log)
      // Every second one may get a piece done before, so that the kills are spread over the work.
      const before = (await recognizedIn(log)).length
      if (round % 2 === 1) await until(async () => (await recognizedIn(log)).length > before || (await isDone(id)))
      const delayMs = Math.round(Math.random() * 2_000)
      await systemClock.sleep(delayMs)
      await kill(victim)
      const { progress } = await office.transcriptions.get(USER, id)
      moments.push(`${delayMs} ms, ${progress?.step ?? 'over'}, ${(await recognizedIn(log)).length} pieces`)
    }
    const last = await startWorker(log)
    const done = await office.finished(id)
    await kill(last)

    const told = `killed at ${moments.join('; ')}`
    expect(done.status, told).toBe('completed')
    expect(textsOf(done), told).toEqual(textsOf(expected))
    const whole = { after: -1, limit: 5000 }
    const segments = await office.transcriptions.segments(USER, id, whole)
    expect(segments.items, told).toEqual((await office.transcriptions.segments(USER, quiet, whole)).items)

    const stored = await database.db
      .selectFrom('transcription_pieces')
      .select(['index', 'recognition_count'])
      .where('transcription_id', '=', id)
      .orderBy('index')
      .execute()
    expect(stored, told).toHaveLength(pieces)
    for (const piece of stored) expect(piece.recognition_count, `${told}: piece ${piece.index}`).toBe(1)
    // Results that left the engine and were not stored yet: at most one for each kill.
    const recognized = await recognizedIn(log)
    expect(new Set(recognized).size, told).toBe(pieces)
    expect(recognized.length - pieces, told).toBeLessThanOrEqual(KILLS)
    expect(await isDone(id)).toBe(true)
  },
)
