/** What administrators and supervisors read of calls to models, over HTTP, from records on a real database. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { row } from '../../src/gateway/testing/scripted-caller.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createId } from '../../src/lib/ids.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { createBatchStore } from '../../src/models/usage/recorder/batch.store.ts'
import { createPartitionsStore } from '../../src/models/usage/partitions.store.ts'
import { createUsageRecorder, type UsageRecorder } from '../../src/models/usage/recorder/recorder.ts'
import { createSpool } from '../../src/models/usage/recorder/spool.ts'
import { startTestServer, type Person, type TestServer } from '../http/harness.ts'
import { attempt, failure } from './attempts.ts'

const TOKEN = 'a-token-of-forty-characters-for-the-test'
const DAY_MS = 86_400_000
const transcriptionId = createId()

let server: TestServer
let admin: Person
let user: Person
let recorder: UsageRecorder
let directory: string

/** Stands before the server, which is there before there is a database to write to. */
const late = {
  get id() {
    return recorder.id
  },
  counts: () => recorder.counts(),
  flush: () => recorder.flush(),
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'usage-api-'))
  const rows = [row('alpha/big', { displayName: 'Alpha Big' }), row('beta/small')]
  server = await startTestServer({ monitoring: { token: TOKEN, recorder: late, rows } })
  admin = await server.signUp('admin@example.org')
  user = await server.signUp()
  const { db } = server.database
  recorder = createUsageRecorder({
    batches: createBatchStore(db),
    partitions: createPartitionsStore(db),
    spool: createSpool(directory),
    policy: 'metadata',
    clock: systemClock,
    logger: silentLogger,
  })
  for (let call = 0; call < 20; call += 1) recorder.record(attempt({ durationMs: 1_000 + call }))
  for (let call = 0; call < 5; call += 1)
    recorder.record(
      attempt({ provider: 'beta', model: 'small', costMicrocents: null, labels: { operation: '=SUM(A1)' } }),
    )
  recorder.record(failure({ requestId: 'r-1', labels: { operation: 'enhance', transcriptionId } }))
  recorder.record(attempt({ requestId: 'r-1', provider: 'beta', model: 'small' }))
  for (let call = 0; call < 3; call += 1)
    recorder.record(
      failure({ errorMessage: `Rate limit 3000${call} reached`, errorCode: 'provider-rate-limited', status: 429 }),
    )
  recorder.record(failure({ errorCode: 'content-refused', errorMessage: 'no', status: 400 }))
  recorder.record(attempt({ endedAtMs: Date.now() - 3 * DAY_MS }))
  await recorder.flush()
})
afterAll(async () => {
  await recorder.close()
  await server.close()
  await rm(directory, { recursive: true })
})

const get = async <Body>(path: string, person = admin): Promise<Body> => {
  const { status, body } = await person.json('GET', path)
  expect([status, path, body]).toEqual([200, path, body])
  return body
}

interface Figures {
  readonly attempts: number
  readonly answered: number
  readonly providerFailed: number
  readonly errorRate: number
  readonly p50Ms: number
  readonly costUsd: number
  readonly unpriced: number
}

describe('figures', () => {
  test('totals, the time before, and a series without holes', async () => {
    const day = await get<{ grain: string; totals: Figures; previous: Figures; series: Figures[]; recorder: object }>(
      '/api/v1/admin/usage',
    )
    expect(day.totals).toMatchObject({ attempts: 31, answered: 26, failed: 5, providerFailed: 4, unpriced: 5 })
    expect(day.totals.errorRate).toBeCloseTo(4 / 30)
    expect(Math.abs(day.totals.p50Ms - 1_008)).toBeLessThan(50)
    expect(day.totals.costUsd).toBeCloseTo((21 * 5_000) / 100_000_000)
    expect(day.previous.attempts).toBe(0)
    expect(day.series.length).toBeGreaterThanOrEqual(24)
    expect(day.series.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(31)
    expect(day.recorder).toEqual({ recorded: 32, dropped: 0, waiting: 0 })
    expect((await get<{ totals: Figures }>('/api/v1/admin/usage?period=7d')).totals.attempts).toBe(32)
    const hour = await get<{ grain: string; totals: Figures }>('/api/v1/admin/usage?period=1h')
    expect([hour.grain, hour.totals.attempts]).toEqual(['minute', 31])
  })

  test('of one model, one operation, or both', async () => {
    const of = async (query: string): Promise<number> =>
      (await get<{ totals: Figures }>(`/api/v1/admin/usage?${query}`)).totals.attempts
    expect(await of('provider=beta')).toBe(6)
    expect(await of('provider=alpha&model=big')).toBe(25)
    expect(await of('operation=enhance')).toBe(26)
    expect(await of('provider=beta&operation=enhance')).toBe(1)
    expect(await of('provider=nobody')).toBe(0)
  })

  test('by model, with names, shares and availability; sorted and searched', async () => {
    type Table = { items: { displayName: string; share: number; strip: { answered: number }[] }[]; total: number }
    const models = await get<Table>('/api/v1/admin/usage/by/model')
    expect(models.items.map(({ displayName }) => displayName)).toEqual(['Alpha Big', 'beta/small'])
    expect(models.items[0]?.share).toBeCloseTo(25 / 31)
    expect(models.items[0]?.strip.reduce((sum, { answered }) => sum + answered, 0)).toBe(20)
    expect((await get<Table>('/api/v1/admin/usage/by/model?search=small')).total).toBe(1)
    const byName = await get<Table>('/api/v1/admin/usage/by/model?sort=name&descending=true')
    expect(byName.items.map(({ displayName }) => displayName)).toEqual(['beta/small', 'Alpha Big'])
    expect((await get<Table>('/api/v1/admin/usage/by/provider')).total).toBe(2)
    expect((await get<Table>('/api/v1/admin/usage/by/operation')).total).toBe(2)
    const users = await get<{ items: { userId: string; attempts: number }[] }>('/api/v1/admin/usage/by/user')
    expect(users.items.find(({ userId }) => userId === 'ada')).toBeDefined()
  })

  test('as a file, in which nothing is a formula', async () => {
    const answer = await admin.fetch('/api/v1/admin/usage.csv?table=operation')
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    const written = Buffer.from(await answer.arrayBuffer()).toString()
    expect(written.startsWith('\uFEFFdisplayName,')).toBe(true)
    const [head = '', ...lines] = written.slice(1).split('\r\n')
    expect(head.split(',').slice(0, 3)).toEqual(['displayName', 'operation', 'attempts'])
    expect(lines.find((line) => line.includes('SUM'))).toMatch(/^'=SUM\(A1\),'=SUM\(A1\),5,/)
    const series = await (await admin.fetch('/api/v1/admin/usage.csv?table=series')).text()
    expect(series.split('\r\n').length).toBeGreaterThan(25)
  })

  test('the present, at once and as events', async () => {
    const live = await get<{ minutes: Figures[]; now: { attemptsPerMinute: number } }>('/api/v1/admin/usage/live')
    expect(live.minutes).toHaveLength(60)
    expect(live.now.attemptsPerMinute).toBeGreaterThan(0)
    const leaving = new AbortController()
    const events = await admin.fetch('/api/v1/admin/usage/live/events', { signal: leaving.signal })
    const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader()
    let text = ''
    while (!text.includes('\n\nid: ') && !/data: .+\n\n/.test(text)) text += (await reader?.read())?.value ?? ''
    leaving.abort()
    expect(JSON.parse(/data: (.+)\n/.exec(text)?.[1] ?? '')).toMatchObject({ recorder: { recorded: 32 } })
  })

  test.each(['period=3d', 'from=2026-11-20T00:00:00Z&to=2026-11-19T00:00:00Z', 'grain=minute&period=90d'])(
    'a question that makes no sense is refused: %s',
    async (query) => {
      const { status, body } = await admin.json('GET', `/api/v1/admin/usage?${query}`)
      expect([status, (body as { code: string }).code]).toEqual([400, 'invalid-request'])
    },
  )
})

interface Entry {
  readonly id: string
  readonly code: string
  readonly message: string
  readonly cause: string
  readonly requestId: string
  readonly transcriptionId: string | null
}

describe('the error log', () => {
  const list = async (query = ''): Promise<Entry[]> =>
    (await get<{ items: Entry[] }>(`/api/v1/admin/errors?${query}`)).items

  test('newest first, page by page', async () => {
    const all = await list()
    expect(all).toHaveLength(5)
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: { items: Entry[]; nextCursor: string | null } = await get(
        `/api/v1/admin/errors?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
      )
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    }
    expect(seen).toEqual(all.map(({ id }) => id))
  })

  test('by words, code, blame, request, recording and cause', async () => {
    expect(await list('search=rate%20lim')).toHaveLength(3)
    expect(await list('search=nothing')).toHaveLength(0)
    expect(await list(`search=${transcriptionId}`)).toHaveLength(1)
    expect(await list('search=r-1')).toHaveLength(1)
    expect(await list('code=provider-rate-limited')).toHaveLength(3)
    expect(await list('blame=caller')).toHaveLength(1)
    expect(await list(`transcriptionId=${transcriptionId}`)).toMatchObject([{ requestId: 'r-1', transcriptionId }])
    expect(await list('provider=beta')).toHaveLength(0)
    const [limited] = await list('code=provider-rate-limited')
    expect(await list(`cause=${limited?.cause ?? ''}`)).toHaveLength(3)
    // Signs that mean something to a text search are words like any other.
    expect(await list(`search=${encodeURIComponent("'); drop & | ! :* (")}`)).toHaveLength(0)
  })

  test('by cause, with counts and what to filter by', async () => {
    type Causes = {
      items: { message: string; count: number; code: string; models: string[]; advice: string }[]
      total: number
      facets: { codes: object[]; providers: object[] }
    }
    const causes = await get<Causes>('/api/v1/admin/errors/causes')
    expect(causes.items[0]).toMatchObject({ message: 'Rate limit <n> reached', count: 3, models: ['big'] })
    expect(causes.items[0]?.advice).not.toBe('')
    expect(causes.total).toBe(5)
    expect(causes.facets.codes).toContainEqual({ value: 'provider-rate-limited', count: 3 })
    expect(causes.facets.providers).toEqual([{ value: 'alpha', count: 5 }])
    expect((await get<Causes>('/api/v1/admin/errors/causes?search=rate')).items).toHaveLength(1)
    expect((await get<Causes>('/api/v1/admin/errors/causes?blame=caller')).total).toBe(1)
  })

  test('one of them: its request without what people wrote, and the other attempts of the request', async () => {
    const [entry] = await list('requestId=r-1')
    const detail = await get<{ payload: object; payloadPolicy: string; attempts: { outcome: string }[] }>(
      `/api/v1/admin/errors/${entry?.id ?? ''}`,
    )
    expect(detail.payloadPolicy).toBe('metadata')
    expect(JSON.stringify(detail.payload)).not.toContain('quarterly')
    expect(detail.payload).toMatchObject({ messages: [{ role: 'user', content: { characters: 45 } }] })
    expect(detail.attempts.map(({ outcome }) => outcome).sort()).toEqual(['answered', 'failed'])
    expect((await admin.json('GET', `/api/v1/admin/errors/${createId()}`)).status).toBe(404)
    expect((await admin.json('GET', '/api/v1/admin/errors?cursor=x')).status).toBe(400)
  })
})

describe('for supervisors', () => {
  const asSupervisor = (path: string, token: string): Promise<Response> =>
    server.anyone().fetch(path, { headers: { authorization: `Bearer ${token}` } })

  test('the state of providers and models, with reasons', async () => {
    const answer = await asSupervisor('/api/v1/health/ai-models', TOKEN)
    expect(answer.status).toBe(200)
    const health = (await answer.json()) as { providers: object[]; failedModels: object[]; topPerformers: object[] }
    expect(health).toMatchObject({ status: 'degraded', recorder: { dropped: 0 } })
    expect(health.providers).toMatchObject([
      { provider: 'alpha', status: 'failing', activeModels: 1, totalModels: 1, requests: 24 },
      { provider: 'beta', status: 'ok', requests: 6, errorRate: 0 },
    ])
    expect(health.failedModels).toMatchObject([
      {
        model: 'big',
        displayName: 'Alpha Big',
        failed: 4,
        status: 'failing',
        reasons: [{ code: 'provider-rate-limited', count: 3 }, { count: 1 }],
      },
    ])
    // Who fails often is none of the best.
    expect(health.topPerformers).toMatchObject([{ model: 'small' }])
    expect(health.topPerformers).toHaveLength(1)
  })

  test('metrics in the format of Prometheus', async () => {
    const answer = await asSupervisor('/metrics', TOKEN)
    expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4')
    const text = await answer.text()
    expect(text).toMatch(
      /mp4totext_http_requests_total\{method="GET",route="\/api\/v1\/health\/ai-models",status="200"\} \d/,
    )
    expect(text).toContain('mp4totext_usage_recorded 32')
  })

  test.each(['/metrics', '/api/v1/health/ai-models'])('%s is shut to everybody else', async (path) => {
    expect((await server.anyone().fetch(path)).status).toBe(401)
    expect((await asSupervisor(path, `${TOKEN}x`)).status).toBe(401)
    expect((await user.fetch(path)).status).toBe(403)
    expect((await admin.fetch(path)).status).toBe(200)
  })
})
