/** Everything a user owns is theirs alone, on every route: as nobody, as somebody else, as a user where only admins may. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contractRoutes } from '../../src/http/operation-ids.ts'
import type { RouteDefinition } from '../../src/http/contract/route.ts'
import { startTestServer, type Person, type TestServer } from './harness.ts'

interface WalkedRoute {
  readonly method: string
  readonly url: string
  readonly access: string | undefined
}

/** What a page may read or do before sign-in. Anything new here is a decision. */
const OPEN_ROUTES = [
  'GET /api/v1/errors',
  // Who may is checked by these two themselves: an administrator, or a supervisor with the token.
  'GET /api/v1/health/ai-models',
  'GET /api/v1/server',
  'GET /healthz',
  'GET /metrics',
  'GET /readyz',
  'POST /api/auth/sign-in/email',
  'POST /api/auth/sign-out',
  'POST /api/auth/sign-up/email',
]

let server: TestServer
let admin: Person
let owner: Person
let stranger: Person
let routes: WalkedRoute[]
let transcriptionId: string
let textId: string
let uploadId: string
let templateId: string

beforeAll(async () => {
  server = await startTestServer()
  admin = await server.signUp('admin@example.org')
  owner = await server.signUp()
  stranger = await server.signUp()
  const form = new FormData()
  form.append('file', new Blob(['sound']), 'a.wav')
  const created = (await (await owner.fetch('/api/v1/transcriptions', { method: 'POST', body: form })).json()) as {
    id: string
    texts: { id: string }[]
  }
  transcriptionId = created.id
  textId = created.texts[0]?.id ?? ''
  const upload = await owner.fetch('/api/v1/uploads', {
    method: 'POST',
    headers: { 'tus-resumable': '1.0.0', 'upload-length': '5' },
  })
  uploadId = upload.headers.get('location')?.split('/').at(-1) ?? ''
  const template = { name: 'Minutes', kind: 'summary', prompt: 'Write minutes.' }
  templateId = ((await owner.json('POST', '/api/v1/templates', template)).body as { id: string }).id
  routes = [...server.routes]
})
afterAll(() => server.close())

const toPath = (url: string): string =>
  url
    .replace(':textId', textId)
    .replace(':uploadId', uploadId)
    .replace(':step', 'clean')
    .replace(':name', 'small')
    .replace(':userId', 'nobody')
    .replace(':id', url.startsWith('/api/v1/templates') ? templateId : transcriptionId)

/** A body that passes validation, so that only ownership can refuse. */
const bodyFor = (url: string): object => {
  if (url.endsWith('/segments')) return { revision: 1, changes: [{ index: 0, text: 'x' }] }
  if (/\/texts(\/plan)?$/.test(url)) return { kind: 'summary', model: 'offline/basic' }
  if (url.includes('/texts/')) return { revision: 1, content: 'x' }
  if (url === '/api/v1/transcriptions/:id') return { title: 'x' }
  return {}
}

const call = (person: Person, { method, url }: WalkedRoute): Promise<Response> => {
  const tus = url.startsWith('/api/v1/uploads')
  const headers: Record<string, string> = tus
    ? { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }
    : { 'content-type': 'application/json' }
  const hasBody = method === 'POST' || method === 'PUT' || method === 'PATCH'
  const body = hasBody ? (tus ? 'x' : JSON.stringify(bodyFor(url))) : undefined
  return person.fetch(toPath(url), { method, headers, ...(body === undefined ? {} : { body }) })
}

const owned = (): WalkedRoute[] => routes.filter(({ url, access }) => access === 'user' && /:(id|uploadId)\b/.test(url))

describe('who may call', () => {
  test('every route of the contract is registered, with its access', () => {
    const registered = new Map(routes.map(({ method, url, access }) => [`${method} ${url}`, access]))
    const missing = [...contractRoutes.values()]
      .filter((route: RouteDefinition) => registered.get(`${route.method} ${route.path}`) !== route.access)
      .map((route) => `${route.method} ${route.path}`)
    expect(missing).toEqual([])
  })

  test('only what is listed here is open to anyone', () => {
    const open = routes
      .filter(({ access, method }) => access === 'anyone' && method !== 'HEAD' && method !== 'OPTIONS')
      .filter(({ url }) => !url.startsWith('/api/docs') && url !== '/api/openapi.json')
      .map(({ method, url }) => `${method} ${url}`)
    expect(open.sort()).toEqual(OPEN_ROUTES)
  })

  test('nobody is turned away from every other route before anything is read', async () => {
    const closed = routes.filter(({ access }) => access !== 'anyone')
    expect(closed.length).toBeGreaterThan(25)
    for (const route of closed) {
      const response = await call(server.anyone(), route)
      expect([response.status, `${route.method} ${route.url}`]).toEqual([401, `${route.method} ${route.url}`])
    }
  })

  test('a user is no administrator', async () => {
    const adminRoutes = routes.filter(({ access }) => access === 'admin')
    expect(adminRoutes.length).toBeGreaterThan(3)
    for (const route of adminRoutes) {
      const response = await call(owner, route)
      expect([response.status, `${route.method} ${route.url}`]).toEqual([403, `${route.method} ${route.url}`])
    }
  })

  test('what belongs to somebody else does not exist, for users and administrators alike', async () => {
    expect(owned().length).toBeGreaterThan(15)
    const before = JSON.stringify([...server.transcriptions.items.values()].map((item) => item.value))
    for (const person of [stranger, admin]) {
      for (const route of owned()) {
        const response = await call(person, route)
        expect([response.status, `${route.method} ${route.url}`]).toEqual([404, `${route.method} ${route.url}`])
      }
    }
    expect(JSON.stringify([...server.transcriptions.items.values()].map((item) => item.value))).toBe(before)
    expect((await stranger.json('GET', '/api/v1/transcriptions')).body).toMatchObject({ items: [], total: 0 })
  })

  test('the walk proves something: the owner is let in everywhere', async () => {
    const deleting = (route: WalkedRoute): boolean => route.method === 'DELETE'
    const streams = (route: WalkedRoute): boolean => route.url.endsWith('/events')
    for (const route of owned().filter((each) => !deleting(each) && !streams(each))) {
      const response = await call(owner, route)
      await response.body?.cancel()
      expect([401, 403, 404], `${route.method} ${route.url}`).not.toContain(response.status)
    }
  })

  test('a route that does not say who may call it stops the start', async () => {
    const { default: fastify } = await import('fastify')
    const { enforceAccess } = await import('../../src/http/access.ts')
    const app = fastify()
    enforceAccess(app, { accounts: server.deps.accounts, publicUrl: 'http://localhost', allowedOrigins: [] })
    app.get('/api/v1/forgotten', () => 'x')
    await expect(app.ready()).rejects.toThrow(/GET \/api\/v1\/forgotten/)
  })
})

describe('requests from other sites', () => {
  const change = (headers: Record<string, string>): Promise<Response> =>
    owner.fetch('/api/v1/me', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ name: 'Changed' }),
    })

  test('cannot change anything', async () => {
    const foreign = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://127.0.0.1:1' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: 'https://other.example.org' },
    ]
    for (const headers of foreign) {
      const response = await change(headers)
      expect(response.status).toBe(403)
      expect(await response.json()).toMatchObject({ code: 'cross-site-request' })
    }
    const signIn = await fetch(`${server.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'https://evil.example' },
      body: JSON.stringify({ email: owner.email, password: 'x' }),
    })
    expect(signIn.status).toBe(403)
  })

  test('our own page and programs can', async () => {
    for (const headers of [
      {},
      { origin: server.url },
      { 'sec-fetch-site': 'same-origin' },
      { origin: 'http://localhost:3000' },
    ]) {
      expect((await change(headers as Record<string, string>)).status).toBe(200)
    }
  })

  test('a form of another site cannot send JSON as text', async () => {
    const response = await owner.fetch('/api/v1/me', {
      method: 'PATCH',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify({ name: 'Changed' }),
    })
    expect(response.status).toBe(415)
  })
})

describe('invitations', () => {
  test('make one account for the invited email, once', async () => {
    const invited = await startTestServer({ settings: { signUp: 'invitation' } })
    const boss = await invited.signUp('boss@example.org')
    const signUp = (email: string, invitationToken?: string): Promise<Response> =>
      fetch(`${invited.url}/api/auth/sign-up/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          name: 'New',
          email,
          password: 'a long password',
          ...(invitationToken && { invitationToken }),
        }),
      })
    const closed = await signUp('new@example.org')
    expect([closed.status, ((await closed.json()) as { code: string }).code]).toEqual([403, 'sign-up-closed'])

    const { body } = await boss.json('POST', '/api/v1/invitations', { email: 'New@Example.org', role: 'admin' })
    const { url, id } = body as { url: string; id: string }
    const token = new URL(url).searchParams.get('invitation') ?? ''
    const { rows } = await invited.database.pool.query('select * from invitations')
    expect(JSON.stringify(rows)).not.toContain(token)
    expect(JSON.stringify((await boss.json('GET', '/api/v1/invitations')).body)).not.toContain(token)

    expect((await signUp('other@example.org', token)).status).toBe(403)
    expect((await signUp('new@example.org', `${token}x`)).status).toBe(403)
    const accepted = await Promise.all([signUp('new@example.org', token), signUp('new@example.org', token)])
    expect(accepted.map((answer) => answer.status).sort()).toEqual([200, 403])
    const list = (await boss.json('GET', '/api/v1/invitations')).body as { items: { acceptedAt: string | null }[] }
    expect(list.items[0]?.acceptedAt).not.toBeNull()
    const people = await invited.database.pool.query('select email, role from users order by created_at')
    expect(people.rows).toEqual([
      { email: 'boss@example.org', role: 'admin' },
      { email: 'new@example.org', role: 'admin' },
    ])
    expect((await boss.json('DELETE', `/api/v1/invitations/${id}`)).status).toBe(200)
    const acts = await invited.database.pool.query('select actor_email, action from audit_log order by created_at')
    expect(acts.rows).toEqual([
      { actor_email: 'boss@example.org', action: 'invitation-created' },
      { actor_email: 'boss@example.org', action: 'invitation-withdrawn' },
    ])
    await invited.close()
  })

  test('a sign-up that fails gives the invitation back, and an old one is not taken', async () => {
    const invited = await startTestServer({ settings: { signUp: 'invitation' } })
    const boss = await invited.signUp('boss@example.org')
    const invite = async (email: string): Promise<string> => {
      const { body } = await boss.json('POST', '/api/v1/invitations', { email })
      return new URL((body as { url: string }).url).searchParams.get('invitation') ?? ''
    }
    const signUp = (email: string, invitationToken: string): Promise<Response> =>
      fetch(`${invited.url}/api/auth/sign-up/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'New', email, password: 'a long password', invitationToken }),
      })
    const taken = await invite('boss@example.org')
    expect((await signUp('boss@example.org', taken)).status).toBe(409)
    const { rows } = await invited.database.pool.query('select accepted_at from invitations')
    expect(rows).toEqual([{ accepted_at: null }])
    const old = await invite('late@example.org')
    await invited.database.pool.query(`update invitations set expires_at = '2000-01-01'`)
    expect((await signUp('late@example.org', old)).status).toBe(403)
    await invited.close()
  })
})
