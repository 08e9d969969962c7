import { readdir, rm, stat, writeFile, utimes } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { createFinishUpload } from '../../src/http/uploads/finish-upload.ts'
import { sweepUploads } from '../../src/http/uploads/sweep-uploads.ts'
import { takeTurn } from '../../src/http/uploads/upload-turn.ts'
import { createFakeClock } from '../../src/lib/fake-clock.ts'
import { startTestServer, type Person, type TestServer } from './harness.ts'

const TUS = { 'tus-resumable': '1.0.0' }
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const metadata = (name: string, options: object = {}): string =>
  `filename ${base64(name)},filetype ${base64('audio/wav')},options ${base64(JSON.stringify(options))}`

let server: TestServer
let person: Person

const begin = async (size: number, name = 'talk.wav', options = {}, by = person): Promise<string> => {
  const response = await by.fetch('/api/v1/uploads', {
    method: 'POST',
    headers: { ...TUS, 'upload-length': String(size), 'upload-metadata': metadata(name, options) },
  })
  expect(response.status).toBe(201)
  return response.headers.get('location') ?? ''
}

const patch = (
  location: string,
  offset: number,
  bytes: string | Uint8Array<ArrayBuffer>,
  by = person,
): Promise<Response> =>
  by.fetch(location, {
    method: 'PATCH',
    headers: { ...TUS, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
    body: bytes,
  })

/** Files in the upload directory that belong to this upload. */
const filesOf = async (location: string): Promise<string[]> => {
  const id = location.split('/').at(-1) ?? ''
  return (await readdir(server.uploadDirectory)).filter((name) => name.startsWith(id))
}

const head = (location: string, by = person): Promise<Response> => by.fetch(location, { method: 'HEAD', headers: TUS })

beforeAll(async () => {
  server = await startTestServer()
  await server.signUp('admin@example.org')
  person = await server.signUp()
})
afterAll(() => server.close())

describe('a resumable upload', () => {
  test('becomes a transcription, named in the last answer', async () => {
    const location = await begin(10, 'Konuşma.wav', { language: 'tr', summarize: false })
    expect(location).toMatch(/^\/api\/v1\/uploads\/[0-9a-f]{32}$/)
    expect((await patch(location, 0, '01234')).headers.get('upload-offset')).toBe('5')
    const last = await patch(location, 5, '56789')
    expect(last.status).toBe(204)
    const id = last.headers.get('x-transcription-id')
    const { body } = await person.json('GET', `/api/v1/transcriptions/${id}`)
    expect(body).toMatchObject({
      fileName: 'Konuşma.wav',
      sizeBytes: 10,
      options: { language: 'tr', summarize: false, enhance: true },
    })
    expect(await readdir(server.uploadDirectory)).toEqual([])
  })

  test('tells its limits before', async () => {
    const response = await server.anyone().fetch('/api/v1/uploads', { method: 'OPTIONS' })
    expect(response.headers.get('tus-version')).toBe('1.0.0')
    expect(response.headers.get('tus-max-size')).toBe('10000000')
    expect(response.headers.get('tus-extension')).toContain('creation')
  })

  test('goes on after a connection that broke in the middle of a part', async () => {
    const location = await begin(200_000)
    const { host, hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    socket.write(
      `PATCH ${location} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${person.cookie}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n` +
        `Content-Type: application/offset+octet-stream\r\nContent-Length: 200000\r\n\r\n`,
    )
    socket.write(Buffer.alloc(70_000, 'a'))
    await expect
      .poll(async () => (await stat(join(server.uploadDirectory, location.split('/').at(-1) ?? ''))).size)
      .toBe(70_000)
    socket.destroy()
    await expect.poll(async () => Number((await head(location)).headers.get('upload-offset'))).toBe(70_000)
    const last = await patch(location, 70_000, new Uint8Array(130_000).fill(98))
    expect(last.status).toBe(204)
    const item = server.transcriptions.items.get(last.headers.get('x-transcription-id') ?? '')
    expect(item?.value.sizeBytes).toBe(200_000)
  })

  test('refuses a wrong offset and keeps what it has', async () => {
    const location = await begin(10)
    await patch(location, 0, '01234')
    const wrong = await patch(location, 3, '345')
    expect(wrong.status).toBe(409)
    expect(wrong.headers.get('content-type')).toContain('application/problem+json')
    expect(await wrong.json()).toMatchObject({ code: 'conflict', status: 409 })
    expect((await head(location)).headers.get('upload-offset')).toBe('5')
  })

  test('larger than allowed is refused before a byte is sent, in a way that a proxy would not', async () => {
    const response = await person.fetch('/api/v1/uploads', {
      method: 'POST',
      headers: { ...TUS, 'upload-length': '10000001' },
    })
    expect(response.status).toBe(413)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(await response.json()).toMatchObject({ code: 'too-large', advice: expect.any(String) as string })
  })

  test('more bytes than announced are refused', async () => {
    const location = await begin(5)
    expect((await patch(location, 0, '0123456789')).status).toBe(413)
  })

  test('names are data: traversal, control characters, 4 KB, an option of ffmpeg', async () => {
    const hostile = [
      '../../../../etc/passwd',
      '/etc/passwd',
      `a\u0000b\u001b[31m\r\nX: y.wav`,
      `${'n'.repeat(4090)}.wav`,
      '-i file:x',
      '\u202Egpj.exe',
      '',
    ]
    for (const name of hostile) {
      const location = await begin(3, name)
      const last = await patch(location, 0, 'abc')
      expect(last.status).toBe(204)
      expect(await filesOf(location)).toEqual([])
      const { body } = await person.json('GET', `/api/v1/transcriptions/${last.headers.get('x-transcription-id')}`)
      const { fileName } = body as { fileName: string }
      expect(fileName.length).toBeGreaterThan(0)
      expect(fileName.length).toBeLessThanOrEqual(255)
      expect(fileName).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    }
  })

  test('ids that were never given lead nowhere', async () => {
    for (const id of ['..%2f..%2fetc%2fpasswd', '....', '%00', 'a'.repeat(64), encodeURIComponent('../x')]) {
      const response = await head(`/api/v1/uploads/${id}`)
      expect(response.status).toBe(404)
    }
  })

  test('wrong options are refused by field before a byte is sent', async () => {
    const response = await person.fetch('/api/v1/uploads', {
      method: 'POST',
      headers: { ...TUS, 'upload-length': '5', 'upload-metadata': metadata('a.wav', { language: 'Klingon!' }) },
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'invalid-request', fields: [{ path: 'language' }] })
    const noJson = await person.fetch('/api/v1/uploads', {
      method: 'POST',
      headers: { ...TUS, 'upload-length': '5', 'upload-metadata': `options ${base64('{')}` },
    })
    expect(await noJson.json()).toMatchObject({ code: 'invalid-request', fields: [{ path: 'options' }] })
  })

  test('media that is refused leaves a typed answer, the same again later, and no file', async () => {
    const response = await person.fetch('/api/v1/uploads', {
      method: 'POST',
      headers: { ...TUS, 'upload-length': '0', 'upload-metadata': metadata('empty.wav') },
    })
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ code: 'media-empty', title: expect.any(String) as string })
    const { rows } = await server.database.pool.query<{ id: string }>(`select id from uploads where state = 'rejected'`)
    const result = await person.json('GET', `/api/v1/uploads/${rows[0]?.id}/result`)
    expect(result.body).toMatchObject({ state: 'rejected', transcriptionId: null, error: { code: 'media-empty' } })
    expect(await filesOf(rows[0]?.id ?? '')).toEqual([])
  })

  test('a lost last answer can be had again, and makes nothing twice', async () => {
    const location = await begin(4)
    const id = (await patch(location, 0, 'abcd')).headers.get('x-transcription-id')
    const before = server.transcriptions.items.size
    const asked = await head(location)
    expect(asked.status).toBe(200)
    expect([asked.headers.get('upload-offset'), asked.headers.get('upload-length')]).toEqual(['4', '4'])
    expect(asked.headers.get('x-transcription-id')).toBe(id)
    const again = await patch(location, 4, '')
    expect([again.status, again.headers.get('x-transcription-id')]).toEqual([204, id])
    const result = await person.json('GET', `${location}/result`)
    expect(result.body).toEqual({ state: 'completed', transcriptionId: id, error: null })
    expect(server.transcriptions.items.size).toBe(before)
  })

  test('asked while the recording is looked at, it waits for the outcome: a page left in that moment sends nothing twice', async () => {
    const location = await begin(4)
    const goOn = server.transcriptions.holdNext()
    const last = patch(location, 0, 'abcd')
    await expect.poll(async () => (await filesOf(location)).some((name) => !name.endsWith('.json'))).toBe(false)
    const asked = Promise.all([head(location), person.json('GET', `${location}/result`)])
    await new Promise((resolve) => setTimeout(resolve, 50))
    goOn()
    const [answer, result] = await asked
    const id = (await last).headers.get('x-transcription-id')
    expect([answer.status, answer.headers.get('x-transcription-id')]).toEqual([200, id])
    expect(result.body).toEqual({ state: 'completed', transcriptionId: id, error: null })
  })

  test('a crash after the transcription was made, before the upload knew, makes nothing twice', async () => {
    for (const ask of [head, (location: string) => patch(location, 4, '')]) {
      const location = await begin(4)
      const id = (await patch(location, 0, 'abcd')).headers.get('x-transcription-id')
      await server.database.pool.query(
        `update uploads set state = 'uploading', transcription_id = null, finished_at = null where transcription_id = $1`,
        [id],
      )
      expect((await ask(location)).headers.get('x-transcription-id')).toBe(id)
      expect((await person.json('GET', `${location}/result`)).body).toMatchObject({ transcriptionId: id })
    }
  })

  test('bytes that the server lost are said to be gone, so that the browser sends them again', async () => {
    const location = await begin(4)
    await patch(location, 0, 'ab')
    for (const name of await filesOf(location)) await rm(join(server.uploadDirectory, name))
    expect([404, 410]).toContain((await head(location)).status)
    expect((await person.json('GET', `${location}/result`)).body).toMatchObject({ state: 'uploading', error: null })
  })

  test('a failure of ours keeps the bytes, and asking again finishes', async () => {
    const location = await begin(4)
    server.transcriptions.failNext(new AppError('database-unavailable', 'The database did not answer'))
    expect((await patch(location, 0, 'abcd')).status).toBe(503)
    const result = await person.json('GET', `${location}/result`)
    expect(result.body).toMatchObject({ state: 'completed', error: null })
  })

  test('ends made at the same time make one transcription', async () => {
    const location = await begin(4)
    await patch(location, 0, 'abc')
    const before = server.transcriptions.items.size
    const answers = await Promise.all([patch(location, 3, 'd'), patch(location, 3, 'd'), patch(location, 3, 'd')])
    expect(answers.filter((answer) => answer.status === 204).length).toBeGreaterThanOrEqual(1)
    for (const answer of answers) expect([204, 400, 409]).toContain(answer.status)
    expect(server.transcriptions.items.size).toBe(before + 1)
  })

  test('can be dropped', async () => {
    const location = await begin(4)
    await patch(location, 0, 'ab')
    expect((await person.fetch(location, { method: 'DELETE', headers: TUS })).status).toBe(204)
    expect((await head(location)).status).toBe(404)
    expect(await filesOf(location)).toEqual([])
  })

  test('dropped while the recording is looked at, nothing becomes of it', async () => {
    const location = await begin(4)
    const before = server.transcriptions.items.size
    server.transcriptions.holdNext()
    const last = patch(location, 0, 'abcd')
    await expect.poll(async () => (await filesOf(location)).some((name) => !name.endsWith('.json'))).toBe(false)
    expect((await person.fetch(location, { method: 'DELETE', headers: TUS })).status).toBe(204)
    expect((await last).status).toBeGreaterThanOrEqual(400)
    expect((await head(location)).status).toBe(404)
    expect(await filesOf(location)).toEqual([])
    expect(server.transcriptions.items.size).toBe(before)
  })

  test('a wrong version of the protocol drops nothing', async () => {
    const location = await begin(4)
    const headers = { 'tus-resumable': '0.2.2' }
    expect((await person.fetch(location, { method: 'DELETE', headers })).status).toBe(400)
    expect((await head(location)).status).toBe(200)
  })

  /** What another web process on the same database and folder would do. */
  const openOther = (onLook: () => void = () => undefined) => {
    const { uploads, transcriptions, clock } = server.deps
    const takeTurnAndTell: typeof uploads.takeTurn = async (...asked) =>
      await uploads.takeTurn(...asked).finally(() => onLook())
    const watched = { ...uploads, takeTurn: takeTurnAndTell }
    return createFinishUpload({ directory: server.uploadDirectory, uploads: watched, transcriptions, clock })
  }

  const beginHeld = async () => {
    const location = await begin(4)
    const goOn = server.transcriptions.holdNext()
    const last = patch(location, 0, 'abcd')
    await expect.poll(async () => (await filesOf(location)).some((name) => !name.endsWith('.json'))).toBe(false)
    const me = (await person.json('GET', '/api/v1/me')).body as { id: string }
    const upload = await server.deps.uploads.findOwned(me.id, location.split('/').at(-1) ?? '')
    if (upload === undefined) throw new Error('The upload has no row')
    return { location, goOn, last, upload }
  }

  test('two processes told of the same end at once make one transcription, and both name it', async () => {
    const { goOn, last, upload } = await beginHeld()
    const before = server.transcriptions.items.size
    const looked = Promise.withResolvers<undefined>()
    const other = openOther(() => looked.resolve(undefined)).finish(upload)
    await looked.promise
    goOn()
    const id = (await last).headers.get('x-transcription-id')
    expect(await other).toBe(id)
    expect(server.transcriptions.items.size).toBe(before + 1)
  })

  test('dropped in one process while another looks at the recording, nothing becomes of it', async () => {
    const { location, goOn, last, upload } = await beginHeld()
    const before = server.transcriptions.items.size
    await openOther().drop(upload)
    goOn()
    expect((await last).status).toBe(404)
    expect((await head(location)).status).toBe(404)
    expect(await filesOf(location)).toEqual([])
    expect(server.transcriptions.items.size).toBe(before)
  })

  test('the turn of a process that died runs out', async () => {
    const { goOn, last, upload } = await beginHeld()
    const clock = createFakeClock(Date.now())
    expect(await takeTurn(server.deps.uploads, clock, upload.id)).toBeUndefined()
    await clock.advance(31_000)
    const turn = await takeTurn(server.deps.uploads, clock, upload.id)
    expect(turn).toBeDefined()
    await turn?.end()
    goOn()
    await last
  })

  test('belongs to its owner alone', async () => {
    const location = await begin(4)
    const other = await server.signUp()
    expect((await head(location, other)).status).toBe(404)
    expect((await patch(location, 0, 'abcd', other)).status).toBe(404)
    expect((await other.fetch(location, { method: 'DELETE', headers: TUS })).status).toBe(404)
    expect((await other.json('GET', `${location}/result`)).status).toBe(404)
    expect((await head(location, server.anyone())).status).toBe(401)
    expect((await head(location)).headers.get('upload-offset')).toBe('0')
  })

  test('wrong use of the protocol is a problem in the one shape', async () => {
    const location = await begin(4)
    const noVersion = await person.fetch(location, { method: 'PATCH', body: 'x' })
    const wrongType = await person.fetch(location, {
      method: 'PATCH',
      headers: { ...TUS, 'upload-offset': '0', 'content-type': 'text/plain' },
      body: 'x',
    })
    const noLength = await person.fetch('/api/v1/uploads', { method: 'POST', headers: TUS })
    for (const response of [noVersion, wrongType, noLength]) {
      expect(response.headers.get('content-type')).toContain('application/problem+json')
      const body = (await response.json()) as { status: number }
      expect(body.status).toBe(response.status)
      expect(response.status).toBeGreaterThanOrEqual(400)
      expect(response.status).toBeLessThan(500)
    }
    expect(wrongType.status).toBe(415)
  })

  test('is swept away when nobody finished it in time', async () => {
    const location = await begin(4)
    await patch(location, 0, 'ab')
    const stray = join(server.uploadDirectory, 'multipart-stray')
    await writeFile(stray, 'x')
    await utimes(stray, 1, 1)
    const { uploads } = server.deps
    const directory = server.uploadDirectory
    await sweepUploads({ directory, uploads, clock: createFakeClock(Date.now() + 3_600_000) })
    expect((await head(location)).status).toBe(200)
    expect(await readdir(directory)).not.toContain('multipart-stray')
    await sweepUploads({ directory, uploads, clock: createFakeClock(Date.now() + 4 * 24 * 3_600_000) })
    expect((await head(location)).status).toBe(404)
    expect(await readdir(directory)).toEqual([])
  })
})
