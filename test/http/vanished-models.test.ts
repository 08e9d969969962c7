/** A model that vanished since it was chosen is refused before the work begins, with live ones to take instead. */
import { afterAll, expect, test } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { startTestServer } from './harness.ts'

const GONE = 'house/gone'
const asked: string[] = []
const server = await startTestServer({
  modelValidation: {
    validate: () => Promise.reject(new AppError('not-found', 'not asked here')),
    glance: () => ({ verdict: 'unconfirmed', available: null, reason: null, checkedAtMs: null }),
    askAll: () => Promise.resolve(),
    assertModelUsable: (ref) => {
      asked.push(ref)
      return ref === GONE
        ? Promise.reject(
            new AppError('model-not-found', 'Gone: House does not list it now', {
              details: { model: 'gone', provider: 'house', suggestions: ['house/near', 'other/far'] },
            }),
          )
        : Promise.resolve()
    },
  },
})
afterAll(() => server.close())
const person = await server.signUp()

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

test('an upload is refused before its first byte', async () => {
  expect(await startUpload({ model: GONE })).toMatchObject(refused)
  expect(await startUpload({ model: 'house/near' })).toMatchObject({ status: 201 })
  expect(await startUpload({ engine: GONE })).toMatchObject(refused)
})

test('the local engine is nobody’s model, and texts that are not wanted need none', async () => {
  asked.length = 0
  expect(await startUpload({ engine: 'local/base', model: GONE, enhance: false, summarize: false })).toMatchObject({
    status: 201,
  })
  expect(asked).toEqual([])
})

test('a script’s upload is refused, and leaves no file', async () => {
  expect(await sendMultipart({ model: GONE })).toMatchObject(refused)
  expect(server.transcriptions.items.size).toBe(0)
})

test('a step is not run with it', async () => {
  const { body } = await sendMultipart({ model: 'house/near' })
  const path = `/api/v1/transcriptions/${body.id ?? ''}/steps/enhance/run`
  expect(await person.json('POST', path, { model: GONE })).toMatchObject(refused)
  expect(await person.json('POST', path, { model: 'other/far' })).toMatchObject({ status: 200 })
})

test('a text is not made with it; a cleaned one needs no model', async () => {
  const { body } = await sendMultipart({ model: 'house/near' })
  const path = `/api/v1/transcriptions/${body.id ?? ''}/texts`
  expect(await person.json('POST', path, { kind: 'summary', model: GONE })).toMatchObject(refused)
  expect(await person.json('POST', path, { kind: 'cleaned', model: GONE })).toMatchObject({ status: 200 })
  expect(await person.json('POST', path, { kind: 'summary', model: 'house/near' })).toMatchObject({ status: 200 })
})
