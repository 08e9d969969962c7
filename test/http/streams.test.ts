/** Server-sent events and media with ranges. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readLines, readServerEvents } from '../../src/lib/sse.ts'
import { startTestServer, type Person, type TestServer } from './harness.ts'

let server: TestServer
let person: Person
let other: Person
let id: string

const upload = async (by: Person, content: string, name = 'a.wav'): Promise<string> => {
  const form = new FormData()
  form.append('file', new Blob([content]), name)
  const response = await by.fetch('/api/v1/transcriptions', { method: 'POST', body: form })
  return ((await response.json()) as { id: string }).id
}

beforeAll(async () => {
  server = await startTestServer()
  person = await server.signUp()
  other = await server.signUp()
  id = await upload(person, '0123456789')
})
afterAll(() => server.close())

interface Listening {
  readonly response: Response
  next(): Promise<{ type: string }>
  stop(): void
}

const listen = async (by: Person, path: string): Promise<Listening> => {
  const abort = new AbortController()
  const response = await by.fetch(path, { signal: abort.signal })
  const body = response.body ?? new ReadableStream<Uint8Array<ArrayBuffer>>()
  const events = readServerEvents(readLines(body))
  return {
    response,
    next: async () => JSON.parse((await events.next()).value?.data ?? 'null') as { type: string },
    stop: () => abort.abort(),
  }
}

const progress = (transcriptionId: string) => ({
  type: 'progress' as const,
  transcriptionId,
  progress: { step: 'recognize' as const, doneSecond: 1, totalSecond: 2, speed: 1, etaSecond: 1, queuePosition: null },
})

describe('live events', () => {
  test('begin with the state, follow at once, and are the same in every tab', async () => {
    const tabs = await Promise.all(
      Array.from({ length: 8 }, () => listen(person, `/api/v1/transcriptions/${id}/events`)),
    )
    for (const tab of tabs) {
      expect(tab.response.headers.get('content-type')).toContain('text/event-stream')
      expect(tab.response.headers.get('cache-control')).toContain('no-store')
      expect(await tab.next()).toMatchObject({ type: 'transcription', transcription: { id } })
    }
    server.transcriptions.emit(person.id, progress(id))
    for (const tab of tabs) expect(await tab.next()).toEqual(progress(id))
    for (const tab of tabs) tab.stop()
    await expect.poll(() => server.transcriptions.listeners()).toBe(0)
  })

  test('reach their owner alone', async () => {
    const [own, foreign] = [await listen(person, '/api/v1/events'), await listen(other, '/api/v1/events')]
    await expect.poll(() => server.transcriptions.listeners()).toBe(2)
    server.transcriptions.emit(person.id, progress(id))
    server.transcriptions.emit(other.id, { type: 'deleted', transcriptionId: id })
    expect(await own.next()).toMatchObject({ type: 'progress' })
    expect(await foreign.next()).toMatchObject({ type: 'deleted' })
    own.stop()
    foreign.stop()
  })

  test('of a recording that is not mine are a 404, not a silent stream', async () => {
    expect((await other.fetch(`/api/v1/transcriptions/${id}/events`)).status).toBe(404)
    expect((await server.anyone().fetch('/api/v1/events')).status).toBe(401)
  })

  test('a script cannot open them without end', async () => {
    const greedy = await server.signUp()
    const tabs = await Promise.all(Array.from({ length: 60 }, () => listen(greedy, '/api/v1/events')))
    const refused = await greedy.fetch('/api/v1/events')
    expect(refused.status).toBe(429)
    for (const tab of tabs) tab.stop()
    await expect
      .poll(async () => {
        const again = await listen(greedy, '/api/v1/events')
        again.stop()
        return again.response.status
      })
      .toBe(200)
  })

  test('end when the server closes, and the close does not wait for them', async () => {
    const closing = await startTestServer()
    const someone = await closing.signUp()
    const tab = await listen(someone, '/api/v1/events')
    const end = tab.next()
    closing.beginClosing()
    expect(await end).toBeNull()
    expect((await closing.anyone().fetch('/readyz')).status).toBe(503)
    await closing.close()
  })
})

describe('the recording itself', () => {
  const get = (headers: Record<string, string> = {}, by = person, query = ''): Promise<Response> =>
    by.fetch(`/api/v1/transcriptions/${id}/media${query}`, { headers })

  test('comes whole or in the range that is asked for', async () => {
    const whole = await get()
    expect([whole.status, await whole.text(), whole.headers.get('accept-ranges')]).toEqual([200, '0123456789', 'bytes'])
    const ranges: [string, number, string, string | null][] = [
      ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
      ['bytes=7-', 206, '789', 'bytes 7-9/10'],
      ['bytes=-2', 206, '89', 'bytes 8-9/10'],
      ['bytes=0-999', 206, '0123456789', 'bytes 0-9/10'],
      ['bytes=0-0', 206, '0', 'bytes 0-0/10'],
      ['bytes=10-', 416, '', 'bytes */10'],
      ['bytes=-0', 416, '', 'bytes */10'],
      ['bytes=0-1,3-4', 200, '0123456789', null],
      ['bytes=4-2', 200, '0123456789', null],
      ['lines=1-2', 200, '0123456789', null],
      ['bytes=99999999999999999999-', 200, '0123456789', null],
    ]
    for (const [range, status, body, contentRange] of ranges) {
      const response = await get({ range })
      expect([range, response.status, await response.text(), response.headers.get('content-range')]).toEqual([
        range,
        status,
        body,
        contentRange,
      ])
    }
  })

  test('is not sent again unchanged, and a range of what changed comes whole', async () => {
    const etag = (await get()).headers.get('etag') ?? ''
    expect((await get({ 'if-none-match': etag })).status).toBe(304)
    expect((await get({ range: 'bytes=2-4', 'if-range': etag })).status).toBe(206)
    expect((await get({ range: 'bytes=2-4', 'if-range': '"other"' })).status).toBe(200)
  })

  test('HEAD tells the size and sends nothing', async () => {
    const response = await person.fetch(`/api/v1/transcriptions/${id}/media`, { method: 'HEAD' })
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '10', ''])
  })

  test('a browser never runs it, whatever it says it is', async () => {
    const evil = await upload(person, '<script>alert(1)</script>', 'x".html\r\nset-cookie: a=b; filename=".svg')
    const item = server.transcriptions.items.get(evil)
    if (item !== undefined) item.value = { ...item.value, media: { ...item.value.media, mediaType: 'text/html' } }
    for (const query of ['', '?download=1']) {
      const response = await person.fetch(`/api/v1/transcriptions/${evil}/media${query}`)
      expect(response.headers.get('content-type')).toBe('application/octet-stream')
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(response.headers.get('content-security-policy')).toContain('sandbox')
      expect(response.headers.get('cross-origin-resource-policy')).toBe('same-origin')
      expect(response.headers.get('set-cookie')).toBeNull()
      expect(response.headers.get('content-disposition')).toMatch(query === '' ? /^inline; / : /^attachment; /)
      await response.body?.cancel()
    }
  })

  test('an export is a file to save, named in any script', async () => {
    const turkish = await upload(person, 'x', 'Çağrı “öğle”.wav')
    const response = await person.fetch(`/api/v1/transcriptions/${turkish}/export?text=raw&format=txt`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="_a_r_ ___le_.wav.txt"; filename*=UTF-8''%C3%87a%C4%9Fr%C4%B1%20%E2%80%9C%C3%B6%C4%9Fle%E2%80%9D.wav.txt`,
    )
    expect(await response.text()).toBe('one two three en')
    const wrong = await person.fetch(`/api/v1/transcriptions/${turkish}/export?format=exe`)
    expect(wrong.status).toBe(400)
  })

  test('headings of an export are in the language that is asked for, or else the reader’s', async () => {
    const id = await upload(person, 'x', 'talk.wav')
    const read = async (query: string) => (await person.fetch(`/api/v1/transcriptions/${id}/export?${query}`)).text()
    expect(await read('format=txt&locale=tr')).toBe('one two three tr')
    await person.json('PATCH', '/api/v1/me', { preferences: { locale: 'tr' } })
    expect(await read('format=txt')).toBe('one two three tr')
    expect(await read('format=txt&locale=en')).toBe('one two three en')
    await person.json('PATCH', '/api/v1/me', { preferences: { locale: 'en' } })
  })
})
