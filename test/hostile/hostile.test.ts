/** Hostile files over the real server: each gets a clear error or the right text, and the server stays up. */
import { readdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { problemSchema } from '../../src/http/contract/problem.ts'
import type { Transcription } from '../../src/http/contract/transcriptions.ts'
import { startApp, type RunningApp } from './app.ts'
import { makeHostileFiles, type HostileFile } from './files.ts'

const TIMEOUT_MS = 120_000

let app: RunningApp
let baited = 0

// Made before the tests are named: each file is one test.
const directory = await mkdtemp(join(tmpdir(), 'mp4totext-hostile-'))
const bait: Server = createServer((_request, response) => {
  baited += 1
  response.end('caught')
})
await new Promise<void>((resolve) => bait.listen(0, '127.0.0.1', resolve))
const address = `http://127.0.0.1:${(bait.address() as AddressInfo).port}`
const files: ReadonlyMap<string, HostileFile> = new Map(
  makeHostileFiles(directory, address).map((file) => [file.title, file]),
)

beforeAll(async () => {
  app = await startApp()
}, TIMEOUT_MS)
afterAll(async () => {
  await app.close()
  bait.close()
  await rm(directory, { recursive: true, force: true })
})

const send = (file: HostileFile): Promise<Response> => {
  const form = new FormData()
  form.append('model', 'offline/basic')
  form.append('file', new Blob([new Uint8Array(file.bytes)]), file.name)
  return app.fetch('/api/v1/transcriptions', { method: 'POST', body: form })
}

const finished = async (id: string): Promise<Transcription> => {
  const get = async (): Promise<Transcription> =>
    (await app.fetch(`/api/v1/transcriptions/${id}`)).json() as Promise<Transcription>
  await expect
    .poll(async () => (await get()).status, { timeout: TIMEOUT_MS, interval: 200 })
    .not.toMatch(/queued|running/)
  return get()
}

/** The refusal, whether it came at once or when the whole file was read. */
const outcomeOf = async (
  response: Response,
): Promise<{ code: string } | { text: string; transcription: Transcription }> => {
  if (!response.ok) {
    const problem = problemSchema.parse(await response.json())
    expect(problem.status).toBeLessThan(500)
    expect(JSON.stringify(problem)).not.toContain(directory)
    expect(JSON.stringify(problem)).not.toContain(app.directory)
    return { code: problem.code }
  }
  const transcription = await finished(((await response.json()) as Transcription).id)
  if (transcription.status === 'failed') return { code: transcription.error?.code ?? 'none' }
  return { text: transcription.texts.find(({ kind }) => kind === 'raw')?.content ?? '', transcription }
}

describe('hostile files', () => {
  test.each([...files.keys()])(
    '%s',
    async (title) => {
      const file = files.get(title)
      if (file === undefined) throw new Error('not made')
      const outcome = await outcomeOf(await send(file))
      if (file.expected === 'silence') {
        if ('code' in outcome) expect(outcome.code).toMatch(/^media-/)
        else expect(outcome.text).toBe('')
      } else if (file.expected instanceof RegExp) {
        expect(outcome).toHaveProperty('text')
        expect('text' in outcome ? outcome.text : '').toMatch(file.expected)
      } else {
        expect(file.expected).toContain('code' in outcome ? outcome.code : `text: ${outcome.text}`)
      }
      expect((await app.fetch('/readyz')).status).toBe(200)
    },
    TIMEOUT_MS,
  )

  test('left nothing behind, and nobody was asked', async () => {
    expect(files.size).toBeGreaterThanOrEqual(20)
    expect(baited).toBe(0)
    expect(app.outside).toEqual([])
    expect(await readdir(join(app.directory, 'uploads'))).toEqual([])
    const list = (await (await app.fetch('/api/v1/transcriptions?limit=100')).json()) as { items: { id: string }[] }
    const kept = await readdir(join(app.directory, 'media'))
    expect(kept.sort()).toEqual(list.items.map(({ id }) => id).sort())
  })
})
