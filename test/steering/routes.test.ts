/** The steering routes over real HTTP: what an administrator does is done, and stands in the audit log with before and after. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEncryption } from '../../src/lib/encryption.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createId } from '../../src/lib/ids.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { createCatalog } from '../../src/gateway/index.ts'
import { row } from '../../src/gateway/testing/row.ts'
import { ALERT_KINDS } from '../../src/models/alerts/kinds.ts'
import { createAlerts } from '../../src/models/alerts/alerts.ts'
import { createChannels } from '../../src/models/alerts/channels/channels.ts'
import { createSender } from '../../src/models/alerts/channels/sender.ts'
import { createDisablementsStore } from '../../src/models/auto-disable/disablements.store.ts'
import { createReportsStore } from '../../src/models/reports/reports.store.ts'
import { createReports } from '../../src/models/reports/reports.ts'
import { createRollouts } from '../../src/models/rollout/rollouts.ts'
import { createSchedules } from '../../src/models/schedules/schedules.ts'
import { createSelection } from '../../src/models/selection/selection.ts'
import { startTestServer, type Person, type TestServer } from '../http/harness.ts'
import { createTestDatabase } from '../setup/database.ts'
import { startHookServer } from './hook-server.ts'
import { statement } from '../../src/statements/statement.ts'

const BASE = '/api/v1/admin'
const clock = systemClock
const database = await createTestDatabase()
const hook = await startHookServer()
const { db } = database
const catalog = createCatalog([
  row('alpha/old'),
  row('alpha/new'),
  row('beta/off', { active: false, removalReason: 'Gone' }),
  row('beta/embeds', { operations: ['embed'] }),
])
const sender = createSender({ smtpUrl: undefined, from: undefined, allowed: ['127.0.0.0/8'], clock })
const channels = createChannels({ db, encryption: createEncryption(['e'.repeat(40)]), sender, clock })
const sent: object[] = []
const reports = createReports({
  db,
  windows: { window: () => Promise.resolve([]), failureCodes: () => Promise.resolve({}) },
  times: () => Promise.resolve(() => ({ p50Ms: null, p95Ms: null })),
  notifier: {
    send: (_kind, content) => {
      sent.push(content as object)
      return Promise.resolve(createId())
    },
  },
  clock,
})
const schedules = createSchedules({
  db,
  queue: { send: () => Promise.resolve(createId()) },
  tasks: [
    {
      name: 'models.sync',
      description: 'Sync',
      cron: '0 3 * * *',
      run: () => Promise.resolve({ statement: statement('no-provider') }),
    },
  ],
  timeZone: 'UTC',
  clock,
})

let server: TestServer
let admin: Person
let user: Person
beforeAll(async () => {
  await schedules.prepare()
  server = await startTestServer({
    steering: {
      schedules,
      alerts: createAlerts({ db, channels, clock }),
      disablements: createDisablementsStore(db).list,
      reports,
      rollouts: createRollouts({ db, catalog, clock, logger: silentLogger }),
      selection: createSelection({
        rows: () => catalog.rows(),
        health: () => ({ requests: 12, errorRate: 0, averageMs: 700 }),
        medianMs: () => 600,
        whyNot: ({ active, removalReason }) => (active ? null : removalReason),
        byNameOnly: [],
      }),
    },
  })
  admin = await server.signUp()
  user = await server.signUp()
})
afterAll(async () => {
  await server.close()
  await sender.close()
  await hook.close()
  await database.close()
})

const call = async (method: string, path: string, body?: unknown, who = admin) => {
  const answer = await who.json(method, `${BASE}${path}`, body)
  return { status: answer.status, body: answer.body as Record<string, never> & { items: Record<string, never>[] } }
}
const newestAct = async () => (await call('GET', '/audit?limit=1')).body.items[0]

test('schedules are listed, changed, paused and started', async () => {
  expect((await call('GET', '/schedules')).body.items).toMatchObject([
    { name: 'models.sync', cron: '0 3 * * *', lastRun: null },
  ])
  const change = { cron: '30 4 * * *', timeZone: 'Europe/Istanbul', paused: true }
  expect((await call('PATCH', '/schedules/models.sync', change)).body).toMatchObject({ ...change, nextRunAt: null })
  expect(await newestAct()).toMatchObject({
    actorEmail: admin.email,
    action: 'schedule-changed',
    subject: 'models.sync',
    before: { cron: '0 3 * * *', timeZone: 'UTC', paused: false },
    after: change,
  })
  const wrong = await call('PATCH', '/schedules/models.sync', { cron: 'often' })
  expect(wrong).toMatchObject({ status: 400, body: { code: 'invalid-request' } })
  expect((await call('POST', '/schedules/models.sync/run')).body).toMatchObject({
    trigger: 'admin',
    startedBy: admin.email,
  })
  expect((await call('GET', '/schedules/models.sync/runs')).body.items).toHaveLength(1)
  expect((await call('POST', '/schedules/nothing/run')).status).toBe(404)
  const preview = await call('GET', '/cron-preview?cron=0+7+*+*+1&timeZone=UTC')
  expect(preview.body['nextRuns']).toHaveLength(5)
  expect((await call('GET', '/schedules', undefined, user)).status).toBe(403)
})

test('rules are changed within what they have', async () => {
  expect((await call('GET', '/alert-rules')).body.items).toHaveLength(ALERT_KINDS.length)
  const changed = await call('PATCH', '/alert-rules/model-error-rate', { threshold: 0.2, minimumSamples: 50 })
  expect(changed.body).toMatchObject({
    threshold: 0.2,
    defaultThreshold: 0.1,
    minimumSamples: 50,
    changedBy: admin.email,
  })
  expect(await newestAct()).toMatchObject({
    action: 'alert-rule-changed',
    before: { threshold: 0.1, minimumSamples: 20 },
    after: { threshold: 0.2, minimumSamples: 50 },
  })
  expect((await call('PATCH', '/alert-rules/model-error-rate', { threshold: 20 })).status).toBe(400)
  expect((await call('PATCH', '/alert-rules/model-list-held', { threshold: 1 })).status).toBe(400)
  expect((await call('PATCH', '/alert-rules/nonsense', { enabled: false })).status).toBe(400)
})

test('channels are added, tried, changed and removed; secrets are shown once', async () => {
  const made = await call('POST', '/alert-channels', { kind: 'webhook', name: 'Hook', url: hook.url })
  const { channel, signingSecret } = made.body as unknown as { channel: { id: string }; signingSecret: string }
  expect(signingSecret).toMatch(/^whsec_/)
  expect(await newestAct()).toMatchObject({ action: 'alert-channel-added', before: null })
  expect((await call('POST', `/alert-channels/${channel.id}/test`)).body).toMatchObject({ ok: true, error: null })
  expect(hook.received.at(-1)?.body.event).toBe('test')
  const changed = await call('PATCH', `/alert-channels/${channel.id}`, { enabled: false })
  expect(changed.body).toMatchObject({ channel: { enabled: false }, signingSecret: null })
  expect(await newestAct()).toMatchObject({ before: { enabled: true }, after: { enabled: false } })
  const refused = await call('POST', '/alert-channels', { kind: 'slack', name: 'Inside', url: 'http://10.0.0.1/x' })
  expect(refused).toMatchObject({ status: 422, body: { code: 'address-not-allowed' } })
  const mail = await call('POST', '/alert-channels', { kind: 'email', name: 'Mail', recipients: ['a@example.org'] })
  const mailId = (mail.body as unknown as { channel: { id: string } }).channel.id
  expect((await call('POST', `/alert-channels/${mailId}/test`)).body).toMatchObject({
    ok: false,
    error: { code: 'mail-not-set-up' },
  })
  expect((await call('GET', '/alert-channels')).body).toMatchObject({ mailReady: false })
  expect((await call('DELETE', `/alert-channels/${channel.id}`)).status).toBe(200)
  expect((await call('DELETE', `/alert-channels/${channel.id}`)).status).toBe(404)
  const log = JSON.stringify((await call('GET', '/audit')).body)
  expect(log).not.toContain(signingSecret)
  expect(log).not.toContain(hook.url)
})

test('a rollout begins, is steered, and refuses what makes no sense', async () => {
  const begun = await call('POST', '/rollouts', {
    control: 'alpha/old',
    candidate: 'alpha/new',
    plan: { minimumSamples: 50 },
  })
  expect(begun.body).toMatchObject({
    status: 'running',
    percent: 10,
    plan: { minimumSamples: 50, stages: [10, 50, 100] },
  })
  const id = begun.body['id'] as unknown as string
  expect(await newestAct()).toMatchObject({ action: 'rollout-started', subject: id, after: { control: 'alpha/old' } })
  for (const [candidate, status] of [
    ['alpha/new', 409],
    ['alpha/nothing', 400],
    ['beta/off', 400],
    ['beta/embeds', 400],
  ] as const)
    expect([candidate, (await call('POST', '/rollouts', { control: 'alpha/old', candidate })).status]).toEqual([
      candidate,
      status,
    ])
  expect((await call('POST', '/rollouts', { control: 'alpha/old', candidate: 'alpha/old' })).status).toBe(400)
  const steer = (action: string) => call('POST', `/rollouts/${id}/steer`, { action, reason: 'because' })
  expect((await steer('stop')).body).toMatchObject({ status: 'stopped', percent: 10 })
  expect((await steer('stop')).status).toBe(409)
  expect((await steer('resume')).body).toMatchObject({ status: 'running' })
  expect((await steer('promote')).body).toMatchObject({ status: 'running', percent: 50 })
  expect(await newestAct()).toMatchObject({
    action: 'rollout-steered',
    before: { percent: 10 },
    after: { percent: 50 },
  })
  expect((await steer('promote')).body).toMatchObject({ status: 'completed', percent: 100 })
  expect((await steer('roll-back')).body).toMatchObject({ status: 'rolled-back', percent: 0 })
  const shown = (await call('GET', `/rollouts/${id}`)).body as unknown as {
    decisions: { action: string; by: string }[]
  }
  expect(shown.decisions.map(({ action }) => action)).toEqual([
    'started',
    'stopped',
    'resumed',
    'promoted',
    'completed',
    'rolled-back',
  ])
  expect(shown.decisions.every(({ by }) => by === admin.email)).toBe(true)
  expect((await call('GET', '/rollouts?open=true')).body.items).toHaveLength(0)
  // Ended: both models are free again.
  expect((await call('POST', '/rollouts', { control: 'alpha/old', candidate: 'alpha/new' })).status).toBe(200)
})

test('the ranking tells who would be asked, why, and who is left out', async () => {
  const { body } = await call('GET', '/selection?preference=fastest')
  expect(body).toMatchObject({
    preference: 'fastest',
    explorationPercent: 2,
    leftOut: [{ model: 'off', reason: 'Gone' }],
  })
  expect(body.items).toMatchObject([
    { rank: 1, requests: 12, proven: true, p50Ms: 600, explanation: '700 ms on average over 12 requests' },
    { rank: 2 },
  ])
})

test('a report is made once for a week, kept, and sent once', async () => {
  const dueAt = new Date('2026-11-23T07:00:00Z')
  const run = {
    runId: createId(),
    trigger: 'schedule' as const,
    startedBy: null,
    dueAt,
    signal: new AbortController().signal,
  }
  await reports.task.run(run)
  await reports.task.run(run)
  expect(sent).toHaveLength(1)
  const { items } = (await call('GET', '/reports')).body
  expect(items).toMatchObject([
    { from: '2026-11-16T07:00:00.000Z', to: '2026-11-23T07:00:00.000Z', headline: 'No model was asked in this week' },
  ])
  const report = await call('GET', `/reports/${items[0]?.['id'] as unknown as string}`)
  expect(report.body).toMatchObject({
    body: { totals: { requests: 0 }, before: null, alerts: { opened: 0 } },
    deliveries: [],
  })
  expect((await createReportsStore(db).list(10)).length).toBe(1)
})

test('the audit log is found by who, what and when, and only by administrators', async () => {
  const all = await call('GET', '/audit')
  expect(all.body['actions']).toEqual(expect.arrayContaining(['schedule-changed', 'rollout-steered']))
  const found = await call('GET', `/audit?action=schedule-changed&actor=${admin.email.slice(3, 12).toUpperCase()}`)
  expect(found.body).toMatchObject({ total: 1, items: [{ action: 'schedule-changed' }] })
  expect((await call('GET', '/audit?subject=100%25')).body).toMatchObject({ total: 0 })
  expect((await call('GET', '/audit?from=2099-01-01T00:00:00.000Z')).body).toMatchObject({ total: 0 })
  expect((await call('GET', '/audit', undefined, user)).status).toBe(403)
})
