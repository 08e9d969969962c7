/** Keys for providers and learned rules as an administrator handles them: the real server, the real catalog, simulated providers. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProviderAdmin } from '../../src/app/provider-admin.ts'
import { openModelHouse, type ModelHouse } from '../models/house.ts'
import { KEY, useSimulator } from '../simulator/start-simulator.ts'
import { startTestServer, type Person, type TestServer } from './harness.ts'

const sim = useSimulator()
const environment = { ENCRYPTION_KEY: 'one master key for all processes of a house' }
let house: ModelHouse
let server: TestServer
let admin: Person
let user: Person
beforeAll(async () => {
  house = await openModelHouse(sim.urls, { environment })
  server = await startTestServer({ providers: createProviderAdmin(house.ai, house.clock) })
  admin = await server.signUp('admin@example.org')
  user = await server.signUp('user@example.org')
})
afterAll(async () => {
  await server.close()
  await house.close()
})

const KEYS = '/api/v1/admin/credentials'
const RULES = '/api/v1/admin/learned-rules'

test('a key is tested, kept masked, known to other processes at their next look, and forgotten', async () => {
  const replica = await openModelHouse(sim.urls, { database: house.database, environment })
  const body = { provider: 'my-server', name: 'second', secret: `${KEY}-second`, baseUrl: sim.urls.compatible }
  const saved = (await admin.json('POST', KEYS, body)) as { status: number; body: { id: string; masked: string } }
  expect(saved).toMatchObject({ status: 200, body: { provider: 'my-server', origin: 'database', testError: null } })
  expect(JSON.stringify(saved.body)).not.toContain(body.secret)
  const names = (): (string | undefined)[] =>
    replica.ai.credentials.access('my-server')?.credentials.map(({ name }) => name) ?? []
  await replica.life.watch()
  expect(names()).toEqual(['second'])
  expect(replica.ai.credentials.access('my-server')?.credentials[0]?.secret()).toBe(body.secret)
  expect((await user.json('DELETE', `${KEYS}/${saved.body.id}`)).status).toBe(403)
  expect((await admin.json('DELETE', `${KEYS}/${saved.body.id}`)).status).toBe(200)
  await replica.life.watch()
  expect(names()).toEqual([])
})

test('a key that its provider refuses is not kept', async () => {
  const body = { provider: 'openai', name: 'wrong', secret: 'invalid-key-of-nobody' }
  expect(await admin.json('POST', KEYS, body)).toMatchObject({ status: 502, body: { code: 'credential-invalid' } })
  const { body: list } = (await admin.json('GET', KEYS)) as { body: { items: { name: string }[] } }
  expect(list.items.map(({ name }) => name)).not.toContain('wrong')
})

test('a learned rule is shown with the provider’s words and can be unlearned', async () => {
  house.ai.models.learned.learn({
    provider: 'openai',
    model: 'org/some-model',
    field: 'top_p',
    rules: { drop: ['topP'] },
    evidence: 'Unsupported parameter: top_p',
    learnedAtMs: 0,
  })
  const shown = {
    provider: 'openai',
    model: 'org/some-model',
    field: 'top_p',
    evidence: 'Unsupported parameter: top_p',
  }
  expect(await admin.json('GET', RULES)).toMatchObject({ status: 200, body: { items: [shown] } })
  const query = '?provider=openai&model=org%2Fsome-model&field=top_p'
  expect((await user.json('DELETE', RULES + query)).status).toBe(403)
  expect((await admin.json('DELETE', `${RULES}?provider=openai`)).status).toBe(400)
  expect((await admin.json('DELETE', RULES + query)).status).toBe(200)
  expect(await admin.json('GET', RULES)).toMatchObject({ body: { items: [] } })
  expect(await admin.json('DELETE', RULES + query)).toMatchObject({ status: 404, body: { code: 'not-found' } })
})
