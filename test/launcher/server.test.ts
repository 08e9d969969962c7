import type { ChildProcess } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isAlive } from '../setup/is-alive.ts'
import { createFolder, postgresPid, waitUntilGone } from './holder.ts'
import { startMain, type MainProcess } from './start-main.ts'

const root = join(import.meta.dirname, '..', '..')

let place: ReturnType<typeof createFolder>
let children: ChildProcess[] = []
beforeEach(() => {
  place = createFolder()
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  children = []
  await place.remove()
})

const run = (environment: Record<string, string> = {}, stdio: 'pipe' | 'ipc' = 'pipe'): MainProcess => {
  const started = startMain({ DATA_DIR: place.folder, ...environment }, stdio)
  children.push(started.child)
  return started
}

test('the server starts on an empty folder, answers, and ends in order on SIGTERM, also when it comes twice', async () => {
  const server = run()
  const address = await server.address()
  expect((await fetch(`${address}/healthz`)).status).toBe(200)
  expect(server.output()).toContain('The first account')
  const pid = postgresPid(place.folder)
  server.child.kill('SIGTERM')
  server.child.kill('SIGTERM')
  expect(await server.exited).toBe(0)
  expect(isAlive(pid)).toBe(false)
})

test('a second start on the same folder says so and fails; after kill -9 a start succeeds', async () => {
  const first = run()
  await first.address()
  const second = run()
  expect(await second.exited).toBe(1)
  expect(second.output()).toContain('A server is already running on this data directory')
  expect(second.output()).toContain('Stop that server, or set another DATA_DIR.')
  first.child.kill('SIGKILL')
  await first.exited
  const third = run()
  expect((await fetch(`${await third.address()}/healthz`)).status).toBe(200)
})

test('the server ends when the process that started it is gone', async () => {
  const server = run({}, 'ipc')
  await server.address()
  const pid = postgresPid(place.folder)
  server.child.disconnect()
  expect(await server.exited).toBe(0)
  await waitUntilGone(pid)
})

test('one process serves and another works on the same data: a recording is finished, and the page hears of it', async () => {
  const web = run({ ROLE: 'web', SPEECH_THREADS: '1' })
  const address = await web.address()
  const worker = run({ ROLE: 'worker', SPEECH_THREADS: '1' })
  await expect.poll(worker.output, { timeout: 60_000 }).toContain('works on recordings')

  const person = { email: 'admin@example.org', name: 'Admin', password: 'correct horse battery' }
  const signedUp = await fetch(`${address}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(person),
  })
  const headers = {
    cookie: signedUp.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';', 1)[0])
      .join('; '),
  }
  const stopped = new AbortController()
  const events = await fetch(`${address}/api/v1/events`, { headers, signal: stopped.signal })
  const form = new FormData()
  form.set('file', new Blob([readFileSync(join(root, 'test/fixtures/audio/jfk.wav'))]), 'jfk.wav')
  form.set('language', 'en')
  const created = await fetch(`${address}/api/v1/transcriptions`, { method: 'POST', headers, body: form })
  const { id } = (await created.json()) as { id: string }

  let heard = ''
  const decoder = new TextDecoder()
  for await (const chunk of events.body ?? []) {
    heard += decoder.decode(chunk, { stream: true })
    if (heard.includes('"status":"completed"') || heard.includes('"status":"failed"')) break
  }
  stopped.abort()
  expect(heard).toContain('"type":"progress"')
  const response = await fetch(`${address}/api/v1/transcriptions/${id}`, { headers })
  const { status, texts } = (await response.json()) as { status: string; texts: { content: string }[] }
  expect(status).toBe('completed')
  expect(texts.map(({ content }) => content).join()).toContain('fellow Americans')

  web.child.kill('SIGTERM')
  expect(await web.exited).toBe(0)
  worker.child.kill('SIGTERM')
  expect(await worker.exited).toBe(0)
})

test('wrong settings stop the start, all told at once', async () => {
  const server = run({ PORT: 'http', SIGN_UP: 'maybe' })
  expect(await server.exited).toBe(1)
  expect(server.output()).toContain('2 settings are wrong')
  expect(server.output()).toMatch(/PORT: write a whole number[\s\S]*SIGN_UP: write one of: open, invitation/)
  expect(server.output()).not.toContain('    at ')
})

test('a folder that holds something else in the database’s place is left alone', async () => {
  mkdirSync(join(place.folder, 'database', 'cluster'), { recursive: true })
  writeFileSync(join(place.folder, 'database', 'cluster', 'letters.txt'), 'dear')
  const server = run()
  expect(await server.exited).toBe(1)
  expect(server.output()).toContain('exists but holds no database')
})
