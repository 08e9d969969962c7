/** Every failure has the one shape, whoever makes it: our code, the framework, a plugin, the parser of HTTP itself. */
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AppError, ERRORS } from '../../src/errors.ts'
import { problemSchema } from '../../src/http/contract/problem.ts'
import { startTestServer, type Person, type TestServer } from './harness.ts'

let server: TestServer
let admin: Person
let person: Person

beforeAll(async () => {
  server = await startTestServer()
  admin = await server.signUp('admin@example.org')
  person = await server.signUp()
})
afterAll(() => server.close())

const expectProblem = async (response: Response, status: number, code: string) => {
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toContain('application/problem+json')
  const problem = problemSchema.parse(await response.json())
  expect(problem).toMatchObject({ status, code, requestId: response.headers.get('x-request-id') })
  expect(problem.title.length).toBeGreaterThan(0)
  expect(problem.advice.length).toBeGreaterThan(0)
  return problem
}

const send = (method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Response> =>
  person.fetch(path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body }),
  })

/** Sends bytes as they are, as no client library would. */
const sendRaw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(server.url)
    let answer = ''
    const socket = connect(Number(port), hostname, () => socket.write(text))
    socket.on('data', (chunk) => (answer += chunk.toString()))
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })

describe('problems', () => {
  test('an address that leads nowhere', async () => {
    await expectProblem(await send('GET', '/api/v1/nothing'), 404, 'not-found')
    await expectProblem(await send('GET', '/api/v1/transcriptions/../../../etc/passwd'), 404, 'not-found')
    await expectProblem(await send('GET', '/%E0%A4%A'), 400, 'invalid-request')
  })

  test('a method that is not taken, with those that are', async () => {
    const response = await send('PUT', '/api/v1/me', '{}')
    expect(response.headers.get('allow')?.split(', ').sort()).toEqual(['GET', 'HEAD', 'PATCH'])
    await expectProblem(response, 405, 'method-not-allowed')
  })

  test('a body that is not JSON, of another kind, or too large', async () => {
    await expectProblem(await send('PATCH', '/api/v1/me', '{"name":'), 400, 'invalid-request')
    await expectProblem(await send('PATCH', '/api/v1/me', '{"__proto__":{"role":"admin"}}'), 400, 'invalid-request')
    await expectProblem(
      await send('PATCH', '/api/v1/me', '<name/>', { 'content-type': 'application/xml' }),
      415,
      'unsupported-media-type',
    )
    await expectProblem(await send('PATCH', '/api/v1/me', `{"name":"${'x'.repeat(9_000_000)}"}`), 413, 'too-large')
  })

  test('wrong parameters, named one by one', async () => {
    const problem = await expectProblem(
      await send('GET', '/api/v1/transcriptions?limit=1000&status=lost&from=yesterday'),
      400,
      'invalid-request',
    )
    expect(problem.fields?.map(({ path }) => path).sort()).toEqual(['from', 'limit', 'status'])
    await expectProblem(await send('GET', '/api/v1/transcriptions/not-an-id'), 400, 'invalid-request')
    await expectProblem(await send('GET', `/api/v1/transcriptions?search=${'x'.repeat(301)}`), 400, 'invalid-request')
  })

  test('names that nobody knows are refused with the one that was probably meant', async () => {
    const query = await expectProblem(
      await send('GET', '/api/v1/transcriptions?lmit=5&sort=newest'),
      400,
      'invalid-request',
    )
    expect(query.fields).toEqual([{ path: 'lmit', message: 'is not known here; did you mean “limit”?' }])
    const both = await expectProblem(
      await send('GET', '/api/v1/transcriptions?colour=red&limit=x'),
      400,
      'invalid-request',
    )
    expect(both.fields?.map(({ path }) => path).sort()).toEqual(['colour', 'limit'])
    expect(both.fields?.find(({ path }) => path === 'colour')?.message).toContain('known are search, status')
    await expectProblem(await send('GET', '/api/v1/me?verbose=1'), 400, 'invalid-request')
    const body = await expectProblem(await send('PATCH', '/api/v1/me', '{"nmae":"x"}'), 400, 'invalid-request')
    expect(body.fields).toEqual([{ path: 'nmae', message: 'is not known here; did you mean “name”?' }])
  })

  test('an unknown name in the query is refused on every route', async () => {
    const taken: string[] = []
    for (const { method, url } of server.routes) {
      if (!url.startsWith('/api/v1/') || method === 'HEAD' || method === 'OPTIONS') continue
      const address = url.replaceAll(/:[a-zA-Z]+/g, '0199d1f0-0000-7000-8000-000000000000')
      const response = await admin.fetch(`${address}?nobodyKnowsThis=1`, { method })
      await response.body?.cancel()
      if (response.status !== 400) taken.push(`${method} ${url}`)
    }
    expect(taken).toEqual([])
  })

  test('a failure of ours tells its request id and nothing else, and the log tells the cause', async () => {
    server.transcriptions.failNext(new Error('secret path /var/lib/x, select * from users'))
    const form = new FormData()
    form.append('file', new Blob(['x']), 'a.wav')
    const response = await person.fetch('/api/v1/transcriptions', { method: 'POST', body: form })
    const problem = await expectProblem(response, 500, 'internal')
    expect(JSON.stringify(problem)).not.toContain('secret path')
    const line = server.logs.find((each) => each.includes('secret path'))
    expect(line).toContain(problem.requestId)
  })

  test('details, and how long to wait, of an error that has them', async () => {
    server.transcriptions.failNext(
      new AppError('provider-rate-limited', 'Slow down', {
        retryAfterMs: 1500,
        details: { provider: 'p', apiKey: 'sk-abcdefghijklmnop' },
      }),
    )
    const form = new FormData()
    form.append('file', new Blob(['x']), 'a.wav')
    const response = await person.fetch('/api/v1/transcriptions', { method: 'POST', body: form })
    expect(response.headers.get('retry-after')).toBe('2')
    const problem = await expectProblem(response, ERRORS['provider-rate-limited'].status, 'provider-rate-limited')
    expect(problem).toMatchObject({ retryAfterMs: 1500, details: { provider: 'p' } })
    expect(JSON.stringify(problem)).not.toContain('abcdefghijklmnop')
  })

  test('bytes that are not HTTP', async () => {
    for (const text of [
      '\u0016\u0003\u0001 hello\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(70_000)}\r\n\r\n`,
    ]) {
      const answer = await sendRaw(text)
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
      expect(answer).toContain('application/problem+json')
      problemSchema.parse(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)))
    }
    expect((await send('GET', '/healthz')).status).toBe(200)
  })

  test('a request id of the caller is taken when it is harmless', async () => {
    const taken = await send('GET', '/healthz', undefined, { 'x-request-id': 'trace-1234.abc' })
    expect(taken.headers.get('x-request-id')).toBe('trace-1234.abc')
    for (const id of ['x', 'a'.repeat(200), 'quote"inside-it', '../../etc/passwd']) {
      const replaced = await send('GET', '/healthz', undefined, { 'x-request-id': id })
      expect(replaced.headers.get('x-request-id')).not.toBe(id)
    }
  })

  test('the type of a problem leads to the table of errors', async () => {
    const problem = await expectProblem(await server.anyone().fetch('/api/v1/me'), 401, 'unauthenticated')
    const [path, code] = problem.type.split('#')
    const { body } = await server.anyone().json('GET', path ?? '')
    const { items } = body as { items: { code: string; status: number }[] }
    expect(items.find((item) => item.code === code)).toMatchObject({ status: 401 })
    expect(items).toHaveLength(Object.keys(ERRORS).length)
  })
})

describe('too many requests', () => {
  test('of one user are refused with the time to wait, and another user is not', async () => {
    const limited = await startTestServer({ settings: { requestsPerMinute: 5 } })
    const [first, second] = [await limited.signUp(), await limited.signUp()]
    const statuses: number[] = []
    for (let count = 0; count < 7; count += 1) statuses.push((await first.fetch('/api/v1/me')).status)
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429])
    const refused = await first.fetch('/api/v1/me')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    await expectProblem(refused, 429, 'too-many-requests')
    expect((await second.fetch('/api/v1/me')).status).toBe(200)
    await limited.close()
  })

  test('of one address are refused before sign-in is looked at', async () => {
    const limited = await startTestServer({ settings: { requestsPerMinute: 2 } })
    const statuses: number[] = []
    for (let count = 0; count < 12; count += 1) statuses.push((await fetch(`${limited.url}/api/v1/me`)).status)
    expect(statuses.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401))
    expect(statuses.slice(10)).toEqual([429, 429])
    await limited.close()
  })

  test('an address that a caller claims for itself does not count', async () => {
    const limited = await startTestServer({ settings: { requestsPerMinute: 1 } })
    const statuses: number[] = []
    for (let count = 0; count < 7; count += 1) {
      const headers = { 'x-forwarded-for': `10.0.0.${count}`, 'x-mp4totext-client-address': `10.0.0.${count}` }
      statuses.push((await fetch(`${limited.url}/api/v1/me`, { headers })).status)
    }
    expect(statuses.at(-1)).toBe(429)
    await limited.close()
  })
})
