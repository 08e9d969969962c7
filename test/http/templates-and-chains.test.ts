/** Templates, fallback chains, the last resort and decisions over HTTP. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type Person, type TestServer } from './harness.ts'

let server: TestServer
let admin: Person
let user: Person
let other: Person
beforeAll(async () => {
  server = await startTestServer()
  admin = await server.signUp()
  user = await server.signUp()
  other = await server.signUp()
})
afterAll(() => server.close())

const templates = '/api/v1/templates'
const minutes = { name: 'Minutes', kind: 'summary', prompt: 'Minutes of {{title}} on {{ Date }}' }

test('a template is kept, listed, changed and forgotten by its owner alone', async () => {
  const created = await user.json('POST', templates, minutes)
  expect(created).toMatchObject({ status: 200, body: { ...minutes, variables: ['title', 'date'] } })
  const { id } = created.body as { id: string }
  expect((await user.json('GET', templates)).body).toMatchObject({ items: [{ id }] })
  expect((await user.json('GET', `${templates}?kind=enhanced`)).body).toMatchObject({ items: [] })
  expect((await other.json('GET', templates)).body).toMatchObject({ items: [] })
  expect((await other.json('PATCH', `${templates}/${id}`, { name: 'Mine' })).status).toBe(404)
  expect((await other.json('DELETE', `${templates}/${id}`)).status).toBe(404)
  expect(await user.json('PATCH', `${templates}/${id}`, { name: 'Round' })).toMatchObject({
    status: 200,
    body: { name: 'Round', prompt: minutes.prompt },
  })
  expect((await user.json('DELETE', `${templates}/${id}`)).status).toBe(200)
  expect((await user.json('GET', templates)).body).toMatchObject({ items: [] })
})

test('what cannot be filled is refused, with its place; a name is taken once', async () => {
  const refused = await user.json('POST', templates, { ...minutes, prompt: 'Of {{tittle}} and {{date' })
  expect(refused).toMatchObject({
    status: 400,
    body: {
      code: 'invalid-request',
      fields: [{ path: 'prompt' }, { path: 'prompt' }],
      details: { problems: [{ at: 3, length: 10 }, { at: 18 }] },
    },
  })
  const { id } = (await user.json('POST', templates, minutes)).body as { id: string }
  expect((await user.json('POST', templates, { ...minutes, name: 'MINUTES' })).status).toBe(409)
  expect((await other.json('POST', templates, minutes)).status).toBe(200)
  const second = (await user.json('POST', templates, { ...minutes, name: 'Second' })).body as { id: string }
  expect((await user.json('PATCH', `${templates}/${second.id}`, { name: 'minutes' })).status).toBe(409)
  expect((await user.json('PATCH', `${templates}/${id}`, { prompt: 'To {{target_language}}' })).status).toBe(400)
})

test('a preview shows the whole prompt and what is wrong with it, and refuses nothing', async () => {
  const preview = await user.json('POST', `${templates}/preview`, {
    kind: 'translation',
    prompt: 'Into {{target_language}}, {{nobody}}',
  })
  expect(preview).toMatchObject({
    status: 200,
    body: { prompt: 'Into Turkish, {{nobody}}', problems: [{ at: 26, length: 10 }] },
  })
  expect((preview.body as { system: string }).system).toContain('Into Turkish')
})

const chains = '/api/v1/chains'

test('a chain is set per operation, under the names of the catalog, with what is dead in it', async () => {
  const saved = await user.json('PUT', `${chains}/summary`, { models: ['first', 'beta/gone'] })
  expect(saved).toMatchObject({
    status: 200,
    body: {
      operation: 'summary',
      models: ['alpha/one', 'beta/gone'],
      lastResort: true,
      dead: [{ model: 'beta/gone', reason: 'Its provider took it away' }],
    },
  })
  expect((await user.json('PUT', `${chains}/summary`, { models: ['nobody'] })).body).toMatchObject({
    code: 'model-unknown',
  })
  expect((await user.json('PUT', `${chains}/sleeping`, { models: [] })).status).toBe(400)
  await user.json('PUT', `${chains}/summary`, { models: [], lastResort: false })
  expect((await user.json('GET', chains)).body).toMatchObject({
    items: [{ operation: 'summary', models: [], lastResort: false }],
    lastResort: { models: ['beta/two'], source: 'seed', dead: [] },
  })
  expect((await other.json('GET', chains)).body).toMatchObject({ items: [] })
  expect((await user.json('DELETE', `${chains}/summary`)).status).toBe(200)
  expect((await user.json('GET', chains)).body).toMatchObject({ items: [] })
})

test('the house’s chains and the last resort are for administrators, and written to the audit log', async () => {
  expect((await user.json('PUT', '/api/v1/admin/chains/default', { models: [] })).status).toBe(403)
  expect((await user.json('PUT', '/api/v1/admin/last-resort', { models: [] })).status).toBe(403)
  await admin.json('PUT', '/api/v1/admin/chains/default', { models: ['beta/two'] })
  await admin.json('PUT', '/api/v1/admin/last-resort', { models: ['alpha/one'] })
  expect((await user.json('GET', chains)).body).toMatchObject({
    global: [{ operation: 'default', models: ['beta/two'] }],
    lastResort: { models: ['alpha/one'], source: 'admin' },
  })
  expect(await server.deps.chains.list(null)).toHaveLength(1)
  await admin.json('DELETE', '/api/v1/admin/last-resort')
  await admin.json('DELETE', '/api/v1/admin/chains/default')
  expect((await admin.json('GET', '/api/v1/admin/chains')).body).toMatchObject({
    items: [],
    lastResort: { models: ['beta/two'], source: 'seed' },
  })
  const actions = await server.database.db.selectFrom('audit_log').select('action').execute()
  expect(actions.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['chain-saved', 'chain-removed', 'last-resort-saved', 'last-resort-removed']),
  )
})

test('decisions are read by administrators, filtered and page by page', async () => {
  const record = (requestId: string, model: string | null) =>
    server.decisions.record({
      requestId,
      operation: 'chat',
      labels: { operation: 'summary', userId: user.id },
      endedAtMs: 1_700_000_000_000,
      asked: 'alpha/one',
      chain: 'user',
      targets: [{ provider: 'alpha', model: 'one', reason: 'chosen' }],
      skipped: [{ provider: 'beta', model: 'gone', kind: 'inactive', reason: 'Its provider took it away' }],
      provider: model === null ? null : 'alpha',
      model,
      fallbackUsed: model === 'two',
      errorCode: model === null ? 'provider-timeout' : null,
    })
  record('r1', 'one')
  record('r2', 'two')
  record('r3', null)
  const path = '/api/v1/admin/decisions'
  expect((await user.json('GET', path)).status).toBe(403)
  const first = (await admin.json('GET', `${path}?operation=summary&limit=2`)).body as {
    items: { requestId: string }[]
    nextCursor: string
  }
  const second = (await admin.json('GET', `${path}?operation=summary&limit=2&cursor=${first.nextCursor}`)).body as {
    items: { requestId: string }[]
    nextCursor: string | null
  }
  const seen = [...first.items, ...second.items].map(({ requestId }) => requestId)
  expect(seen.sort()).toEqual(['r1', 'r2', 'r3'])
  expect(second.nextCursor).toBeNull()
  expect((await admin.json('GET', `${path}?model=alpha/one`)).body).toMatchObject({
    items: [{ requestId: 'r1', chain: 'user', skipped: [{ kind: 'inactive' }], userId: user.id }],
  })
  expect((await admin.json('GET', `${path}?fallback=true`)).body).toMatchObject({ items: [{}, {}] })
  expect((await admin.json('GET', `${path}?requestId=r3`)).body).toMatchObject({
    items: [{ provider: null, errorCode: 'provider-timeout' }],
  })
})
