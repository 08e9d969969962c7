/** A model that vanished since it was chosen is refused before the recording is sent, with live ones to take instead. */
import { readdir } from 'node:fs/promises'
import { afterAll, expect, test } from 'vitest'
import { AppError } from '../../src/errors.ts'
import type { RefusalRecord } from '../../src/gateway/index.ts'
import { startTestServer } from './harness.ts'

const GONE = 'house/gone'
const noted: RefusalRecord[] = []
const server = await startTestServer({ monitoring: { refuse: (record) => void noted.push(record) } })
afterAll(() => server.close())
const person = await server.signUp()
server.transcriptions.refuse(
  GONE,
  new AppError('model-not-found', 'Gone: House does not list it now', {
    details: { model: 'gone', provider: 'house', operation: 'summary', suggestions: ['house/near', 'other/far'] },
  }),
)

const refused = {
  status: 502,
  body: { code: 'model-not-found', details: { suggestions: ['house/near', 'other/far'], model: 'gone' } },
}

const startUpload = async (options: object) => {
  const metadata = Object.entries({ filename: 'a.wav', options: JSON.stringify(options) })
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',')
  const answer = await person.fetch('/api/v1/uploads', {
    method: 'POST',
    headers: { 'tus-resumable': '1.0.0', 'upload-length': '10', 'upload-metadata': metadata },
  })
  return { status: answer.status, body: answer.status < 300 ? null : ((await answer.json()) as unknown) }
}

const sendMultipart = async (options: Record<string, string>) => {
  const form = new FormData()
  for (const [name, value] of Object.entries(options)) form.set(name, value)
  form.set('file', new Blob(['0123456789']), 'a.wav')
  const answer = await person.fetch('/api/v1/transcriptions', { method: 'POST', body: form })
  return { status: answer.status, body: (await answer.json()) as { id?: string } }
}

test('an upload is refused before its first byte, and leaves nothing', async () => {
  expect(await startUpload({ model: GONE })).toMatchObject(refused)
  const { rows } = await server.database.pool.query('select 1 from uploads')
  expect(rows).toEqual([])
  expect(await startUpload({ model: 'house/near' })).toMatchObject({ status: 201 })
})

test('a script’s upload is refused, and leaves no file', async () => {
  expect(await sendMultipart({ model: GONE })).toMatchObject(refused)
  expect(server.transcriptions.items.size).toBe(0)
  expect((await readdir(server.uploadDirectory)).filter((name) => name.startsWith('multipart-'))).toEqual([])
})

test('each refusal is kept for the error log: who, what was asked for, for which work, and why', async () => {
  noted.length = 0
  await startUpload({ model: GONE })
  await sendMultipart({ model: GONE })
  const told = { asked: GONE, labels: { userId: person.id, operation: 'summary' }, error: { code: 'model-not-found' } }
  expect(noted).toMatchObject([told, told])
  expect(noted[0]?.requestId).not.toBe(noted[1]?.requestId)
})
