/**
 * Every act of an administrator stands in the audit log: who, what, before and after. The table below names each route
 * with which an administrator changes something; one that is missing here, or that leaves no line, fails.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProviderAdmin } from '../../src/app/provider-admin.ts'
import { createId } from '../../src/lib/ids.ts'
import { raiseAlert } from '../../src/models/alerts/alerts.store.ts'
import { statement } from '../../src/statements/statement.ts'
import { openModelHouse, type ModelHouse } from '../models/house.ts'
import { KEY, useSimulator } from '../simulator/start-simulator.ts'
import { startHookServer } from '../steering/hook-server.ts'
import { createQuietSteering } from '../steering/quiet-steering.ts'
import { startTestServer, type Person, type TestServer } from './harness.ts'

const running = useSimulator()
const hook = await startHookServer()
let house: ModelHouse
let server: TestServer
let admin: Person

beforeAll(async () => {
  house = await openModelHouse(running.urls)
  const task = {
    name: 'models.sync',
    description: '',
    cron: '0 3 * * *',
    run: () => Promise.resolve({ statement: statement('no-provider') }),
  }
  const steering = createQuietSteering(house.database, {
    tasks: [task],
    catalog: house.ai.models.catalog,
    allowed: ['127.0.0.0/8'],
  })
  await house.database.db
    .insertInto('schedules')
    .values({
      name: task.name,
      cron: task.cron,
      time_zone: 'UTC',
      paused: false,
      next_run_at: new Date(Date.now() + 3_600_000),
      changed_at: null,
      changed_by: null,
    })
    .execute()
  server = await startTestServer({
    modelAdmin: house.admin,
    providers: createProviderAdmin(house.ai, house.clock),
    steering,
  })
  admin = await server.signUp()
})
afterAll(async () => {
  await server.close()
  await house.close()
  await hook.close()
})

type Json = Record<string, unknown>
/** What an act must leave: both sides, the one that there is, or, where nothing is changed, details. */
type Sides = 'both' | 'before' | 'after' | 'details'
interface Acted {
  readonly path: string
  readonly body?: object
}
/** Values of one act that the next one needs. */
const kept: Record<string, string> = {}

const send = async (method: string, path: string, body?: object): Promise<{ requestId: string; body: Json }> => {
  const answer = await admin.json(method, path, body)
  expect.soft(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBe(200)
  return { requestId: answer.headers.get('x-request-id') ?? '', body: answer.body }
}

const MODEL = 'groq/openai%2Fgpt-oss-120b'
const OTHER = { provider: 'alpha', key: 'by-hand' }
const CHANNEL = { kind: 'webhook', name: 'Hook', minimumSeverity: 'info' }
const PRICE = { operation: 'enhancement' }

/** In the order in which they can be done. */
const ACTS: readonly (readonly [string, Sides, () => Acted | Promise<Acted>])[] = [
  ['POST /api/v1/invitations', 'after', () => ({ path: '/api/v1/invitations', body: { email: 'new@example.org' } })],
  ['DELETE /api/v1/invitations/:id', 'before', () => ({ path: `/api/v1/invitations/${kept['/api/v1/invitations']}` })],
  [
    'PATCH /api/v1/admin/alert-rules/:kind',
    'both',
    () => ({ path: '/api/v1/admin/alert-rules/disk', body: { threshold: 0.2 } }),
  ],
  [
    'POST /api/v1/admin/alert-channels',
    'after',
    () => ({ path: '/api/v1/admin/alert-channels', body: { ...CHANNEL, url: hook.url } }),
  ],
  [
    'PATCH /api/v1/admin/alert-channels/:id',
    'both',
    async () => ({ path: `/api/v1/admin/alert-channels/${await channelId()}`, body: { name: 'Other' } }),
  ],
  [
    'POST /api/v1/admin/alert-channels/:id/test',
    'details',
    async () => ({ path: `/api/v1/admin/alert-channels/${await channelId()}/test` }),
  ],
  [
    'DELETE /api/v1/admin/alert-channels/:id',
    'before',
    async () => ({ path: `/api/v1/admin/alert-channels/${await channelId()}` }),
  ],
  [
    'POST /api/v1/admin/alerts/:id/resolve',
    'both',
    async () => ({ path: `/api/v1/admin/alerts/${await alertId()}/resolve` }),
  ],
  [
    'PUT /api/v1/admin/chains/:operation',
    'after',
    () => ({ path: '/api/v1/admin/chains/summary', body: { models: ['alpha/one'] } }),
  ],
  ['DELETE /api/v1/admin/chains/:operation', 'before', () => ({ path: '/api/v1/admin/chains/summary' })],
  [
    'PUT /api/v1/admin/last-resort',
    'both',
    () => ({ path: '/api/v1/admin/last-resort', body: { models: ['alpha/one'] } }),
  ],
  ['DELETE /api/v1/admin/last-resort', 'both', () => ({ path: '/api/v1/admin/last-resort' })],
  [
    'POST /api/v1/admin/credentials',
    'after',
    () => ({ path: '/api/v1/admin/credentials', body: { provider: 'openai', name: 'second', secret: KEY } }),
  ],
  [
    'PATCH /api/v1/admin/credentials/:id',
    'both',
    () => ({ path: `/api/v1/admin/credentials/${kept['/api/v1/admin/credentials']}`, body: { weight: 3 } }),
  ],
  [
    'POST /api/v1/admin/credentials/:id/test',
    'details',
    () => ({ path: `/api/v1/admin/credentials/${kept['/api/v1/admin/credentials']}/test` }),
  ],
  [
    'DELETE /api/v1/admin/credentials/:id',
    'before',
    () => ({ path: `/api/v1/admin/credentials/${kept['/api/v1/admin/credentials']}` }),
  ],
  ['DELETE /api/v1/admin/learned-rules', 'before', learnRule],
  [
    'POST /api/v1/admin/credits/accounts/:userId/grants',
    'both',
    () => ({ path: `/api/v1/admin/credits/accounts/${admin.id}/grants`, body: { credits: 5, reason: 'A present' } }),
  ],
  [
    'PUT /api/v1/admin/credits/accounts/:userId/budget',
    'both',
    () => ({ path: `/api/v1/admin/credits/accounts/${admin.id}/budget`, body: { monthlyLimit: 10 } }),
  ],
  [
    'PUT /api/v1/admin/credits/prices',
    'both',
    () => ({ path: '/api/v1/admin/credits/prices', body: { ...PRICE, unit: 'minute', credits: 7 } }),
  ],
  [
    'POST /api/v1/admin/credits/prices/reset',
    'both',
    () => ({ path: '/api/v1/admin/credits/prices/reset', body: PRICE }),
  ],
  [
    'POST /api/v1/admin/models',
    'after',
    () => ({ path: '/api/v1/admin/models', body: { ...OTHER, displayName: 'By hand', operations: ['chat'] } }),
  ],
  [
    'PATCH /api/v1/admin/models/:provider/:key',
    'both',
    () => ({ path: `/api/v1/admin/models/${MODEL}`, body: { creditMultiplier: 2.5 } }),
  ],
  ['POST /api/v1/admin/models/:provider/:key/test', 'details', () => ({ path: `/api/v1/admin/models/${MODEL}/test` })],
  ['PATCH /api/v1/admin/models', 'both', switchOn],
  [
    'DELETE /api/v1/admin/models/:provider/:key',
    'before',
    () => ({ path: `/api/v1/admin/models/${OTHER.provider}/${OTHER.key}` }),
  ],
  [
    'POST /api/v1/admin/model-sync',
    'details',
    () => ({ path: '/api/v1/admin/model-sync', body: { providers: ['groq'] } }),
  ],
  [
    'POST /api/v1/admin/model-sync/:id/stop',
    'details',
    async () => ({ path: `/api/v1/admin/model-sync/${await runId()}/stop` }),
  ],
  [
    'POST /api/v1/admin/held-model-lists/:id/dismiss',
    'both',
    async () => ({ path: `/api/v1/admin/held-model-lists/${await heldId()}/dismiss` }),
  ],
  [
    'POST /api/v1/admin/held-model-lists/:id/apply',
    'both',
    async () => ({ path: `/api/v1/admin/held-model-lists/${await heldId()}/apply` }),
  ],
  ['POST /api/v1/speech-models/:name/download', 'after', () => ({ path: '/api/v1/speech-models/tiny/download' })],
  ['DELETE /api/v1/speech-models/:name', 'details', () => ({ path: '/api/v1/speech-models/tiny' })],
  [
    'POST /api/v1/admin/rollouts',
    'after',
    () => ({ path: '/api/v1/admin/rollouts', body: { control: 'openai/gpt-4o', candidate: 'openai/gpt-4o-mini' } }),
  ],
  [
    'POST /api/v1/admin/rollouts/:id/steer',
    'both',
    () => ({ path: `/api/v1/admin/rollouts/${kept['/api/v1/admin/rollouts']}/steer`, body: { action: 'promote' } }),
  ],
  [
    'PATCH /api/v1/admin/schedules/:name',
    'both',
    () => ({ path: '/api/v1/admin/schedules/models.sync', body: { paused: true } }),
  ],
  ['POST /api/v1/admin/schedules/:name/run', 'after', () => ({ path: '/api/v1/admin/schedules/models.sync/run' })],
]

async function channelId(): Promise<string> {
  const row = await house.database.db.selectFrom('alert_channels').select('id').executeTakeFirstOrThrow()
  return row.id
}
async function alertId(): Promise<string> {
  const { db } = house.database
  const alert = { kind: 'disk' as const, provider: '', message: 'Full', statement: null, details: {} }
  await raiseAlert(db, alert, new Date())
  return (await db.selectFrom('alerts').select('id').where('kind', '=', 'disk').executeTakeFirstOrThrow()).id
}
async function runId(): Promise<string> {
  const run = { id: createId(), trigger: 'admin' as const, startedBy: 'other', probe: true }
  await house.life.sync.announce(run)
  return run.id
}
async function heldId(): Promise<string> {
  running.simulator.models.shrink('anthropic', 4)
  const held = await house.sync('anthropic')
  return held.heldId ?? ''
}
function learnRule(): Acted {
  house.ai.gateway.insight.learned.learn({
    provider: 'groq',
    model: 'some',
    field: 'temperature',
    rules: { drop: ['temperature'] },
    evidence: 'unsupported',
    learnedAtMs: 0,
  })
  return { path: '/api/v1/admin/learned-rules?provider=groq&model=some&field=temperature' }
}
async function switchOn(): Promise<Acted> {
  const name = { provider: 'groq', key: 'openai/gpt-oss-120b' }
  await house.admin.change(name, { active: false }, { kind: 'admin', id: createId(), name: 'other' })
  return { path: '/api/v1/admin/models', body: { models: [name], change: { active: true } } }
}

test('every route with which an administrator changes something has its act here', () => {
  const writes = server.routes.filter(
    ({ method, access }) => access === 'admin' && !['GET', 'HEAD', 'OPTIONS'].includes(method),
  )
  expect(ACTS.map(([route]) => route).toSorted()).toEqual(
    writes.map(({ method, url }) => `${method} ${url}`).toSorted(),
  )
})

test('each act leaves one line: who, what, before and after', async () => {
  for (const [route, sides, act] of ACTS) {
    const { path, body } = await act()
    const method = route.slice(0, route.indexOf(' '))
    const answer = await send(method, path, body)
    if (typeof answer.body['id'] === 'string') kept[path] = answer.body['id']
    const lines = await server.database.db
      .selectFrom('audit_log')
      .selectAll()
      .where('request_id', '=', answer.requestId)
      .execute()
    expect.soft(lines, route).toHaveLength(1)
    const [line] = lines
    expect.soft(line?.actor_email).toBe(admin.email)
    const told = { before: line?.before ?? null, after: line?.after ?? null }
    const isTold = (side: unknown): boolean => side !== null && Object.keys(side as object).length > 0
    if (sides === 'details') continue
    if (sides !== 'after') expect.soft(isTold(told.before), `${route}: ${JSON.stringify(told)}`).toBe(true)
    if (sides !== 'before') expect.soft(isTold(told.after), `${route}: ${JSON.stringify(told)}`).toBe(true)
    expect(JSON.stringify(line)).not.toContain(KEY)
  }
})
