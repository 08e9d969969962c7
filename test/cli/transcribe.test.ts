import { spawnSync } from 'node:child_process'
import { copyFile, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isAlive } from '../setup/is-alive.ts'
import { createCommandPlace, type CommandPlace } from './harness.ts'

const AUDIO = join(import.meta.dirname, '..', 'fixtures', 'audio')
const TIMEOUT_MS = 180_000

let place: CommandPlace
let recording: string

beforeAll(async () => {
  place = await createCommandPlace()
  recording = join(place.directory, 'talk.mp4')
  const made = spawnSync('ffmpeg', ['-v', 'error', '-i', join(AUDIO, 'jfk.wav'), '-c:a', 'aac', recording])
  expect(made.status).toBe(0)
})
afterAll(() => place.remove())

/** Eleven minutes, too long to be finished while a test looks. */
const makeLong = (): string => {
  const path = join(place.directory, 'long.wav')
  const words = ['-v', 'error', '-y', '-stream_loop', '60', '-i', join(AUDIO, 'jfk.wav'), '-c', 'copy', path]
  expect(spawnSync('ffmpeg', words).status).toBe(0)
  return path
}

const childrenOf = (pid: number): string =>
  spawnSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter((line) => line.trim().split(/\s+/)[1] === String(pid))
    .join('\n')

describe('transcribe', () => {
  test(
    'writes the text and nothing else to standard output, and leaves the recording and no trace',
    async () => {
      const before = await stat(recording)
      const { code, out, err } = await place.run(['transcribe', recording])
      expect(out.toString()).toMatch(/^And so,? my fellow Americans,? ask not what your country can do for you/)
      expect(err).toBe('')
      expect(code).toBe(0)
      expect((await stat(recording)).mtimeMs).toBe(before.mtimeMs)
      expect(await place.leftovers()).toEqual([])
    },
    TIMEOUT_MS,
  )

  test(
    'writes captions to a file, in the language that is chosen, improved by the model that is named',
    async () => {
      const output = join(place.directory, 'talk.srt')
      const words = ['transcribe', recording, '-l', 'en', '-f', 'srt', '-e', 'offline/basic', '-o', output]
      const { code, out, err } = await place.run(words)
      expect([code, out.length, err]).toEqual([0, 0, ''])
      expect(await readFile(output, 'utf8')).toMatch(/^1\r?\n00:00:0\d,\d{3} --> 00:00:\d\d,\d{3}\r?\n/)
    },
    TIMEOUT_MS,
  )

  test(
    'still writes the transcript when the AI step fails, and says so with exit code 3',
    async () => {
      const server = { OPENAI_COMPATIBLE_BOX_BASE_URL: 'http://127.0.0.1:9/v1', OPENAI_COMPATIBLE_BOX_MODELS: 'writer' }
      const { code, out, err } = await place.run(['transcribe', recording, '-e', 'box/writer'], server)
      expect(out.toString()).toContain('fellow Americans')
      expect(err).toContain('enhance failed (box/writer)')
      expect(code).toBe(3)
    },
    TIMEOUT_MS,
  )

  test(
    'ends at once on Ctrl-C with its children, and leaves nothing',
    async () => {
      const long = makeLong()
      const running = place.start(['transcribe', long, '--verbose'])
      await expect.poll(() => childrenOf(running.pid), { timeout: 60_000, interval: 200 }).toContain('worker')
      running.interrupt()
      const { code, out, err } = await running.result
      expect(code).toBe(130)
      expect(out.length).toBe(0)
      expect(err).toContain('Interrupted')
      expect(childrenOf(running.pid)).toBe('')
      expect(await place.leftovers()).toEqual([])
    },
    TIMEOUT_MS,
  )

  test(
    'what a killed command left is removed by the next one, and what a running one needs is not',
    async () => {
      const text = join(place.directory, 'text.mp4')
      await writeFile(text, 'words')
      const running = place.start(['transcribe', makeLong()])
      await expect.poll(() => childrenOf(running.pid), { timeout: 60_000, interval: 200 }).toContain('worker')
      const left = await place.leftovers()
      expect(left.length).toBe(1)
      const pidFile = join(place.temporary, left[0] ?? '', 'database', 'cluster', 'postmaster.pid')
      const postgres = Number.parseInt(await readFile(pidFile, 'utf8'), 10)

      expect((await place.run(['transcribe', text])).code).toBe(1)
      expect(await place.leftovers()).toEqual(left)
      expect(isAlive(running.pid)).toBe(true)

      process.kill(running.pid, 'SIGKILL')
      await running.result
      expect(isAlive(postgres)).toBe(true)
      expect((await place.run(['transcribe', text])).code).toBe(1)
      expect(await place.leftovers()).toEqual([])
      expect(isAlive(postgres)).toBe(false)
    },
    TIMEOUT_MS,
  )

  test(
    'says what is wrong with a file and fails',
    async () => {
      const text = join(place.directory, 'text.mp4')
      const empty = join(place.directory, 'empty.wav')
      await copyFile(join(import.meta.dirname, '..', '..', 'package.json'), text)
      await writeFile(empty, '')
      for (const file of [text, empty]) {
        const { code, out, err } = await place.run(['transcribe', file])
        expect(code).toBe(1)
        expect(out.length).toBe(0)
        expect(err.trim().split('\n').length).toBe(2)
        expect(err).not.toMatch(/\n\s+at /)
      }
      expect(await place.leftovers()).toEqual([])
    },
    TIMEOUT_MS,
  )

  test(
    'wrong words are exit code 2, with help',
    async () => {
      const wrong = [
        ['transcribe'],
        ['transcribe', join(place.directory, 'nothing.wav')],
        ['transcribe', recording, '--format', 'exe'],
        ['transcribe', recording, '--language', 'Klingon!'],
        ['transcribe', recording, '--language', 'xx'],
        ['transcribe', place.directory],
        ['transcribe', recording, '--output', join(place.directory, 'no-folder', 'talk.txt')],
        ['transcribe', recording, '--output', place.directory],
        ['transcribe', recording, '--output', recording],
        ['transcribe', recording, '--loud'],
        ['sing'],
      ]
      for (const words of wrong) {
        const { code, out, err } = await place.run(words)
        expect([words, code]).toEqual([words, 2])
        expect(out.length).toBe(0)
        expect(err.length).toBeGreaterThan(10)
      }
      const help = await place.run(['--help'])
      expect(help.code).toBe(0)
      expect(help.out.toString()).toContain('transcribe')
    },
    TIMEOUT_MS,
  )
})
