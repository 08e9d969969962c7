/** The catalog's routes for administrators, over HTTP, with the simulated providers behind them. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createQueue, type Queue } from '../../src/jobs/queue.ts'
import { createWorker, type Worker } from '../../src/jobs/worker.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { createModelJobHandlers, modelJobs } from '../../src/models/sync/jobs.ts'
import { startTestServer, type Person, type TestServer } from '../http/harness.ts'
import { createTestDatabase } from '../setup/database.ts'
import { useSimulator } from '../simulator/start-simulator.ts'
import { openModelHouse, type ModelHouse } from './house.ts'
import { createQuietSteering } from '../steering/quiet-steering.ts'

const running = useSimulator()
const { simulator } = running
const database = await createTestDatabase()
let queue: Queue
let house: ModelHouse
let server: TestServer
let admin: Person
let user: Person
const workers: Worker[] = []

beforeAll(async () => {
  house = await openModelHouse(running.urls, { database })
  queue = await createQueue({ db: database.db, pool: database.pool, jobs: modelJobs, logger: silentLogger })
  server = await startTestServer({
    modelAdmin: house.life.createAdmin(queue),
    modelValidation: house.life.validation,
    steering: createQuietSteering(database),
  })
  admin = await server.signUp()
  user = await server.signUp()
})
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop()))
  await server.close()
  await queue.close()
  await house.close()
  await database.close()
})

const BASE = '/api/v1/admin'
const path = (provider: string, key: string): string => `${BASE}/models/${provider}/${encodeURIComponent(key)}`
interface Item {
  readonly creditMultiplier: number
  readonly provider: string
  readonly key: string
  readonly active: boolean
  readonly id: string
}
/** Each test knows the shape that it asked for. */
type Loose = ReturnType<typeof JSON.parse>
const call = async (
  method: string,
  url: string,
  body?: unknown,
  person = admin,
): Promise<{ status: number; body: Loose }> => person.json(method, url, body)
const itemsOf = ({ body }: { body: Loose }): Item[] => body.items as Item[]

test('rows are filtered, searched, sorted and given a page at a time', async () => {
  const inactive = await call('GET', `${BASE}/models?provider=groq&status=inactive&sort=name`)
  expect(itemsOf(inactive).map(({ key }) => key)).toContain('llama-3.3-70b-versatile')
  expect(itemsOf(inactive).every(({ active }) => !active)).toBe(true)
  const search = await call(
    'GET',
    `${BASE}/models?search=${encodeURIComponent('GPT-OSS')}&limit=2&offset=1&sort=context`,
  )
  expect(search.body.items).toHaveLength(2)
  expect(search.body.total).toBeGreaterThanOrEqual(4)
  const wild = await call('GET', `${BASE}/models?search=${encodeURIComponent('100%_')}`)
  expect(wild.body.total).toBe(0)
  expect(inactive.body.providers).toContainEqual(expect.objectContaining({ provider: 'openai' }))
  expect((await call('GET', `${BASE}/models?status=wrong`)).status).toBe(400)
})

test('a model is changed, and its history says by whom', async () => {
  const changed = await call('PATCH', path('groq', 'openai/gpt-oss-20b'), { creditMultiplier: 3, displayName: 'Small' })
  expect(changed).toMatchObject({
    status: 200,
    body: { creditMultiplier: 3, displayName: 'Small', sources: { creditMultiplier: { kind: 'admin' } } },
  })
  const { body } = await call('GET', path('groq', 'openai/gpt-oss-20b'))
  expect(body.history[0]).toMatchObject({
    action: 'changed',
    actor: { kind: 'admin', name: admin.email },
    changes: [
      { field: 'displayName', to: 'Small' },
      { field: 'creditMultiplier', to: 3 },
    ],
  })
  expect(house.ai.models.catalog.find('groq/openai/gpt-oss-20b')?.creditMultiplier).toBe(3)
  const acts = await server.deps.accounts.newestActs(5)
  expect(acts[0]).toMatchObject({
    action: 'model-changed',
    subject: 'groq/openai/gpt-oss-20b',
    actor_email: admin.email,
  })
})

test('a model is added by hand, cannot be added twice, and is deleted for good', async () => {
  const model = {
    provider: 'groq',
    key: 'ft:mine/own.1',
    operations: ['chat'],
    contextLength: 4096,
    prices: { inputPerMillion: 1, outputPerMillion: 2 },
  }
  expect(await call('POST', `${BASE}/models`, model)).toMatchObject({
    status: 200,
    body: { origin: 'admin', creditMultiplier: 1, price: { inputPerMillion: 1 } },
  })
  expect((await call('POST', `${BASE}/models`, { ...model, key: 'FT:Mine/own.1' })).status).toBe(409)
  expect((await house.sync('groq')).diff?.notes).toContainEqual(expect.objectContaining({ key: model.key }))
  expect((await house.row('groq', model.key)).active).toBe(true)
  expect((await call('DELETE', path('groq', model.key))).status).toBe(200)
  expect((await call('GET', path('groq', model.key))).status).toBe(404)
  expect((await call('DELETE', path('groq', model.key))).status).toBe(404)
  expect((await call('POST', `${BASE}/models`, model)).status).toBe(200)
})

test('a retired model is not switched on against the calendar', async () => {
  await call('PATCH', path('openai', 'gpt-5.2'), { retiresAt: '2026-11-01', active: false })
  expect((await call('PATCH', path('openai', 'gpt-5.2'), { active: true })).status).toBe(409)
  expect((await call('PATCH', path('openai', 'gpt-5.2'), { active: true, retiresAt: null })).status).toBe(200)
})

test('a limit that refusals taught says how, and is forgotten with its source', async () => {
  const [row] = house.ai.models.catalog.rows().filter(({ provider, active }) => provider === 'groq' && active)
  if (row === undefined) throw new Error('the catalog has no model of this provider')
  const read = async (): Promise<Loose> => (await call('GET', path('groq', row.key))).body
  const before = (await read()).model
  const learn = (contextLength: number, refused: number, answered: number): void =>
    house.ai.models.catalog.correct(row, {
      contextLength,
      evidence: `refusals: an input of ${refused} was refused, ${answered} was answered`,
    })
  learn(20_000, 40_000, 16_000)
  learn(10_000, 20_000, 8_000)
  await expect.poll(async () => (await read()).model.contextLength).toBe(10_000)
  const learned = await read()
  expect(learned.model.sources.contextLength).toMatchObject({
    kind: 'learned',
    from: 'refusals: an input of 20000 was refused, 8000 was answered',
  })
  expect(learned.history[0]).toMatchObject({ action: 'learned', changes: [{ field: 'contextLength', to: 10_000 }] })
  const forgotten = await call('PATCH', path('groq', row.key), { forgetLimits: ['contextLength'] })
  expect(forgotten.body).toMatchObject({ contextLength: before.contextLength })
  expect(forgotten.body.sources.contextLength).toEqual(before.sources.contextLength)
  expect(house.ai.models.catalog.find(`groq/${row.key}`)?.contextLength).toBe(before.contextLength)
  const again = await call('PATCH', path('groq', row.key), { forgetLimits: ['contextLength'] })
  expect(again).toMatchObject({ status: 409, body: { code: 'conflict' } })
})

test('what becomes of each parameter is told, with what was learned from a refusal', async () => {
  const read = async () => (await call('GET', `${path('groq', 'openai/gpt-oss-20b')}/request-rules`)).body
  const ruleOf = (body: Loose, parameter: string) =>
    (body.parameters as { parameter: string }[]).find((one) => one.parameter === parameter)
  const before = await read()
  expect(ruleOf(before, 'maxOutputTokens')).toMatchObject({
    fate: 'renamed',
    owner: 'provider',
    sent: [{ name: 'max_completion_tokens', value: 1_024 }],
  })
  expect(ruleOf(before, 'seed')).toMatchObject({ fate: 'sent', owner: 'format' })
  house.ai.models.learned.learn({
    provider: 'groq',
    model: 'openai/gpt-oss-20b',
    field: 'seed',
    rules: { drop: ['seed'] },
    evidence: 'property seed is unsupported',
    learnedAtMs: house.clock.now(),
  })
  expect(ruleOf(await read(), 'seed')).toMatchObject({ fate: 'dropped', owner: 'learned', sent: [] })
  await house.ai.models.forgetRule({ provider: 'groq', model: 'openai/gpt-oss-20b', field: 'seed' })
  expect(ruleOf(await read(), 'seed')).toMatchObject({ fate: 'sent' })
  expect((await call('GET', `${path('offline', 'basic')}/request-rules`)).body.builtIn).toBe(true)
  expect((await call('GET', `${path('groq', 'nobody')}/request-rules`)).status).toBe(404)
  expect((await call('GET', `${path('groq', 'openai/gpt-oss-20b')}/request-rules`, undefined, user)).status).toBe(403)
})

test('a test call shows text, time, tokens and cost, or the true error', async () => {
  const ok = await call('POST', `${path('groq', 'openai/gpt-oss-20b')}/test`)
  expect(ok.body).toMatchObject({ ok: true, error: null, provider: 'groq', model: 'openai/gpt-oss-20b' })
  expect(ok.body.text.length).toBeGreaterThan(0)
  expect(ok.body.costUsd).toBeGreaterThan(0)
  const sent = simulator.log().at(-1)
  expect(JSON.stringify(sent?.body)).toContain('This is a test. Please improve this sentence.')
  expect((sent?.body as { max_completion_tokens: number }).max_completion_tokens).toBeLessThanOrEqual(1_024)
  simulator.addFault({ provider: 'groq', operation: 'chat', fault: 'unknown-model' })
  expect((await call('POST', `${path('groq', 'openai/gpt-oss-20b')}/test`)).body).toMatchObject({
    ok: false,
    text: '',
    error: { code: 'model-not-found' },
  })
  await simulator.reset()
  for (const [provider, key] of [
    ['openai', 'text-embedding-3-small'],
    ['openai', 'whisper-1'],
    ['gemini', 'gemini-2.5-flash'],
    ['anthropic', 'claude-haiku-4-5'],
    ['offline', 'basic'],
  ] as const)
    expect([key, (await call('POST', `${path(provider, key)}/test`)).body.error]).toEqual([key, null])
  expect((await call('POST', `${path('openai', 'gpt-image-2')}/test`)).body.error.code).toBe('unsupported-capability')
})

test('a dry run answers with the difference; a sync runs as a job, once for two workers', async () => {
  await call('PATCH', path('groq', 'allam-2-7b'), { active: true })
  simulator.models.remove('groq', 'allam-2-7b')
  const dry = await call('POST', `${BASE}/model-sync`, { providers: ['groq'], dryRun: true })
  expect(dry.body).toMatchObject({ runId: null, results: [{ provider: 'groq', outcome: 'would-apply' }] })
  expect(dry.body.results[0].diff.removed).toMatchObject([{ key: 'allam-2-7b' }])
  expect((await call('POST', `${BASE}/model-sync`, { providers: ['nobody'] })).status).toBe(404)

  const started = await call('POST', `${BASE}/model-sync`, { providers: ['groq'] })
  expect(started.status).toBe(200)
  // One waits already: another one would do the same.
  expect((await call('POST', `${BASE}/model-sync`, {})).status).toBe(409)
  for (let at = 0; at < 2; at += 1)
    workers.push(
      await createWorker({
        queue,
        db: database.db,
        connectionString: database.connectionString,
        handlers: createModelJobHandlers(house.life.sync),
        logger: silentLogger,
      }),
    )
  const run = () => call('GET', `${BASE}/model-sync/${started.body.runId as string}`)
  await expect.poll(async () => (await run()).body.state, { timeout: 10_000 }).toBe('done')
  expect((await run()).body).toMatchObject({
    trigger: 'admin',
    startedBy: admin.email,
    results: [{ provider: 'groq', outcome: 'applied' }],
  })
  const items = itemsOf(await call('GET', `${BASE}/model-sync`))
  expect(items.filter(({ id }) => id === started.body.runId)).toHaveLength(1)
})

test('the timetable’s job is one run, however often it is delivered', async () => {
  const id = await queue.boss.send('models.sync', {
    trigger: 'schedule',
    startedBy: null,
    probe: false,
    providers: ['gemini'],
  })
  const runs = async () => (await house.admin.runs(50)).filter((run) => run.id === id)
  await expect.poll(async () => (await runs())[0]?.state, { timeout: 10_000 }).toBe('done')
  expect(await runs()).toMatchObject([{ trigger: 'schedule', startedBy: null }])
})

test('a held list is shown with its difference and decided; alerts are listed and closed', async () => {
  simulator.models.shrink('anthropic', 3)
  await house.sync('anthropic')
  const held = await call('GET', `${BASE}/held-model-lists`)
  expect(held.body.items).toMatchObject([
    { provider: 'anthropic', cause: 'shrunk', state: 'open', statement: { code: 'list-shrunk' } },
  ])
  expect(held.body.items[0].diff.removed.length).toBeGreaterThan(7)
  const alerts = await call('GET', `${BASE}/alerts`)
  expect(alerts.body).toMatchObject({
    total: 1,
    items: [{ kind: 'model-list-held', provider: 'anthropic', resolvedAt: null }],
  })
  expect(
    (await call('POST', `${BASE}/alerts/${alerts.body.items[0].id as string}/resolve`)).body.resolvedAt,
  ).not.toBeNull()
  expect((await call('GET', `${BASE}/alerts`)).body.total).toBe(0)
  const id = held.body.items[0].id as string
  expect((await call('POST', `${BASE}/held-model-lists/${id}/apply`)).body).toMatchObject({
    state: 'applied',
    decidedBy: admin.email,
  })
  expect((await call('POST', `${BASE}/held-model-lists/${id}/dismiss`)).status).toBe(409)
  await simulator.reset()
  await house.sync('anthropic')
  const items = itemsOf(await call('GET', `${BASE}/models?provider=anthropic&status=proposed`))
  expect(items.length).toBeGreaterThan(7)
  const models = items.map(({ provider, key }) => ({ provider, key }))
  expect((await call('PATCH', `${BASE}/models`, { models, change: { active: true } })).body).toEqual({
    changed: models.length,
    refused: [],
  })
  expect((await call('GET', `${BASE}/models?status=proposed`)).body.total).toBe(0)
})

test('many models are changed in one request; one that cannot be is told and stops none of the others', async () => {
  const items = itemsOf(await call('GET', `${BASE}/models?limit=200`))
  const models = [...items.map(({ provider, key }) => ({ provider, key })), { provider: 'groq', key: 'nobody' }]
  expect(models.length).toBeGreaterThan(100)
  const { status, body } = await call('PATCH', `${BASE}/models`, { models, change: { creditMultiplier: 2.25 } })
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      changed: items.length,
      refused: [{ provider: 'groq', key: 'nobody', reason: 'The catalog has no model groq/nobody' }],
    },
  })
  const after = itemsOf(await call('GET', `${BASE}/models?limit=200`))
  expect(new Set(after.map(({ creditMultiplier }) => creditMultiplier))).toEqual(new Set([2.25]))
  expect((await call('PATCH', `${BASE}/models`, { models, change: { key: 'x' } })).status).toBe(400)
})

test('a user may ask whether a model works, and nothing else', async () => {
  const answer = await call(
    'POST',
    '/api/v1/credits/validate-model',
    { provider: 'groq', model_key: 'llama-3.3-70b-versatile' },
    user,
  )
  expect(answer).toMatchObject({
    status: 200,
    body: { available: false, status: 'inactive', max_tokens: 32_768, context_window: 131_072, source: 'cache' },
  })
  expect(answer.body.suggestion).toHaveLength(3)
  expect((await call('GET', `${BASE}/models`, undefined, user)).status).toBe(403)
  expect((await call('POST', '/api/v1/credits/validate-model', { provider: 'groq' }, user)).status).toBe(400)
  expect((await call('POST', '/api/v1/credits/validate-model', {}, server.anyone())).status).toBe(401)
})

test('a provider that failed is told beside its rows until it is read again: what they show is from before', async () => {
  const unreadOf = async (provider: string): Promise<Loose> => {
    const { body } = await call('GET', `${BASE}/models?provider=${provider}&limit=1`)
    return (body.providers as Loose[]).find((one) => one.provider === provider).unread
  }
  await house.sync('groq')
  expect(await unreadOf('groq')).toBeNull()
  const before = await house.row('groq', 'openai/gpt-oss-20b')
  simulator.addFault({ provider: 'groq', operation: 'models', fault: 'server-error' })
  house.clock.set(house.clock.now() + 3_600_000)
  expect((await house.sync('groq')).outcome).toBe('failed')
  // The rows keep their check, and the provider says that it is old.
  expect((await house.row('groq', 'openai/gpt-oss-20b')).checkedAt).toEqual(before.checkedAt)
  const unread = await unreadOf('groq')
  expect(unread).toMatchObject({ errorCode: 'provider-error' })
  expect(Date.parse(unread.at)).toBeGreaterThan(before.checkedAt?.getTime() ?? 0)
  expect(await unreadOf('openai')).toBeNull()
  await simulator.reset()
  expect((await house.sync('groq')).outcome).not.toBe('failed')
  expect(await unreadOf('groq')).toBeNull()
})

test('why a model is off, and what its last look showed, are told as codes for the reader’s language', async () => {
  simulator.models.remove('groq', 'openai/gpt-oss-20b')
  await house.sync('groq')
  const { body } = await call('GET', path('groq', 'openai/gpt-oss-20b'))
  expect(body.model).toMatchObject({
    active: false,
    removalBecause: { code: 'removed-not-listed', parameters: { provider: 'Groq' } },
    checkBecause: { code: 'not-in-list' },
  })
  expect(body.history[0].changes[0].because).toMatchObject({ code: 'removed-not-listed' })
  await simulator.reset()
  await house.sync('groq')
  const back = await call('GET', path('groq', 'openai/gpt-oss-20b'))
  expect(back.body.model).toMatchObject({
    checkBecause: null,
    proposalBecause: { code: 'listed-again', parameters: { why: { code: 'removed-not-listed' } } },
  })
})
