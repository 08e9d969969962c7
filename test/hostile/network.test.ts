/** In the default set-up nothing leaves the machine: sign-up, an upload, its text, its improvement, its export. */
import { readFile } from 'node:fs/promises'
import { lookup } from 'node:dns/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Transcription } from '../../src/http/contract/transcriptions.ts'
import { startApp, type RunningApp } from './app.ts'

const TIMEOUT_MS = 120_000
let app: RunningApp

beforeAll(async () => {
  app = await startApp()
}, TIMEOUT_MS)
afterAll(() => app.close())

test(
  'no external request is made by the server in the default set-up',
  async () => {
    const form = new FormData()
    form.append(
      'file',
      new Blob([await readFile(join(import.meta.dirname, '..', 'fixtures', 'audio', 'jfk.wav'))]),
      'jfk.wav',
    )
    const created = (await (
      await app.fetch('/api/v1/transcriptions', { method: 'POST', body: form })
    ).json()) as Transcription
    const get = async (): Promise<Transcription> =>
      (await app.fetch(`/api/v1/transcriptions/${created.id}`)).json() as Promise<Transcription>
    await expect.poll(async () => (await get()).status, { timeout: TIMEOUT_MS, interval: 200 }).toBe('completed')

    const done = await get()
    expect(done.failedSteps).toEqual([])
    const made = new Map(done.texts.map((text) => [text.kind, text]))
    expect(made.get('raw')?.content).toMatch(/fellow Americans/)
    expect(made.get('enhanced')).toMatchObject({ status: 'done', provider: 'offline' })
    expect(made.get('summary')).toMatchObject({ status: 'done', provider: 'offline' })
    for (const format of ['txt', 'srt', 'vtt', 'json', 'md', 'docx', 'pdf']) {
      const file = await app.fetch(`/api/v1/transcriptions/${created.id}/export?text=enhanced&format=${format}`)
      expect([format, file.status]).toEqual([format, 200])
      expect((await file.arrayBuffer()).byteLength).toBeGreaterThan(20)
    }
    const media = await app.fetch(`/api/v1/transcriptions/${created.id}/media`, { headers: { range: 'bytes=0-3' } })
    expect([media.status, await media.text()]).toEqual([206, 'RIFF'])
    await app.fetch('/api/v1/models')
    await app.fetch('/api/docs/')
    expect(app.outside).toEqual([])
  },
  TIMEOUT_MS,
)

test('the guard of this test would have seen one', async () => {
  await expect(lookup('127.0.0.1')).resolves.toMatchObject({ address: '127.0.0.1' })
  await expect(fetch('http://192.0.2.1/')).rejects.toThrow()
  expect(app.outside).toEqual(['192.0.2.1:80'])
})
