/** A recording in one request, for scripts. */
import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type Person, type TestServer } from './harness.ts'

let server: TestServer
let person: Person

beforeAll(async () => {
  server = await startTestServer()
  await server.signUp('admin@example.org')
  person = await server.signUp()
})
afterAll(() => server.close())

describe('an upload in one request', () => {
  const send = (parts: [string, string | Blob, string?][], by = person): Promise<Response> => {
    const form = new FormData()
    for (const [name, value, fileName] of parts) {
      if (typeof value === 'string') form.append(name, value)
      else form.append(name, value, fileName)
    }
    return by.fetch('/api/v1/transcriptions', { method: 'POST', body: form })
  }
  const file = new Blob(['sound'])

  test('takes its fields in any order', async () => {
    for (const parts of [
      [
        ['language', 'tr'],
        ['file', file, 'a.wav'],
        ['summarize', 'false'],
      ],
      [
        ['file', file, 'a.wav'],
        ['summarize', 'no'],
        ['language', 'tr'],
      ],
      [
        ['options', '{"language":"tr","summarize":false}'],
        ['file', file, 'a.wav'],
      ],
    ] as [string, string | Blob, string?][][]) {
      const response = await send(parts)
      expect(response.status).toBe(200)
      expect(await response.json()).toMatchObject({ fileName: 'a.wav', options: { language: 'tr', summarize: false } })
    }
    expect(await readdir(server.uploadDirectory)).toEqual([])
  })

  test('a quote in a name is a quote, a percent sign a percent sign, and a line end nothing', async () => {
    const named = async (name: string): Promise<string> =>
      ((await (await send([['file', file, name]])).json()) as { fileName: string }).fileName
    expect(await named('the "best" talk.wav')).toBe('the "best" talk.wav')
    expect(await named('100%25 sure.wav')).toBe('100%25 sure.wav')
    expect(await named('two\r\nlines.wav')).toBe('twolines.wav')
  })

  test('names what is wrong, and keeps nothing', async () => {
    const before = server.transcriptions.items.size
    expect(await (await send([['language', 'tr']])).json()).toMatchObject({ code: 'invalid-request' })
    expect(
      await (
        await send([
          ['file', file, 'a.wav'],
          ['langauge', 'tr'],
        ])
      ).json(),
    ).toMatchObject({ fields: [{ path: 'langauge', message: 'is not known here; did you mean “language”?' }] })
    expect(
      await (
        await send([
          ['options', '{"langauge":"tr"}'],
          ['file', file, 'a.wav'],
        ])
      ).json(),
    ).toMatchObject({ fields: [{ path: 'langauge' }] })
    expect(
      await (
        await send([
          ['file', file, 'a.wav'],
          ['file', file, 'b.wav'],
        ])
      ).json(),
    ).toMatchObject({ code: 'invalid-request' })
    expect(await (await send([['file', new Blob([]), 'a.wav']])).json()).toMatchObject({ code: 'media-empty' })
    expect(server.transcriptions.items.size).toBe(before)
    expect(await readdir(server.uploadDirectory)).toEqual([])
  })

  test('too large is told with the limit, announced or not', async () => {
    const announced = await send([['file', new Blob([new Uint8Array(12_000_000)]), 'a.wav']])
    expect(announced.status).toBe(413)
    expect(await announced.json()).toMatchObject({ code: 'too-large', details: { maxUploadBytes: 10_000_000 } })
    const barely = await send([['file', new Blob([new Uint8Array(10_000_001)]), 'a.wav']])
    expect(barely.status).toBe(413)
    expect(await readdir(server.uploadDirectory)).toEqual([])
  })

  test('another kind of body is refused with 415', async () => {
    const response = await person.json('POST', '/api/v1/transcriptions', { file: 'x' })
    expect(response.status).toBe(415)
    expect(response.body).toMatchObject({ code: 'unsupported-media-type' })
  })
})
