/** Alerts with a real queue and two replicas on one database: each is told once, over webhook and mail. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { createQueue, type Queue } from '../../src/jobs/queue.ts'
import { createWorker, type Worker } from '../../src/jobs/worker.ts'
import { createEncryption } from '../../src/lib/encryption.ts'
import { createFakeClock } from '../../src/lib/fake-clock.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { createAlerts } from '../../src/models/alerts/alerts.ts'
import { listAlerts, raiseAlert, resolveAlert, resolveAlerts } from '../../src/models/alerts/alerts.store.ts'
import { createChannels, type Channels } from '../../src/models/alerts/channels/channels.ts'
import { createSender } from '../../src/models/alerts/channels/sender.ts'
import { verifySignature } from '../../src/models/alerts/channels/sign.ts'
import { createNotifier, deliveryJob, type Notifier } from '../../src/models/alerts/notifier.ts'
import { createTestDatabase } from '../setup/database.ts'
import { startHookServer, startMailServer } from './hook-server.ts'

const MINUTE_MS = 60_000
const database = await createTestDatabase()
const hook = await startHookServer()
const post = await startMailServer()
const clock = createFakeClock(Date.parse('2026-11-22T10:00:00Z'))
const encryption = createEncryption(['e'.repeat(40)])
const sender = createSender({
  smtpUrl: post.url,
  from: 'mp4totext <server@example.org>',
  allowed: ['127.0.0.0/8'],
  clock,
})

interface Replica {
  readonly queue: Queue
  readonly worker: Worker
  readonly notifier: Notifier
  readonly channels: Channels
}
const replicas: Replica[] = []

const openReplica = async (): Promise<Replica> => {
  const queue = await createQueue({ db: database.db, pool: database.pool, jobs: [deliveryJob], logger: silentLogger })
  const channels = createChannels({ db: database.db, encryption, sender, clock })
  const notifier = createNotifier({
    db: database.db,
    queue,
    channels,
    sender,
    publicUrl: 'https://text.example.org',
    reportMessage: () => null,
    clock,
  })
  const worker = await createWorker({
    queue,
    db: database.db,
    connectionString: database.connectionString,
    handlers: [notifier.handler],
    logger: silentLogger,
  })
  return { queue, worker, notifier, channels }
}

let secret = ''
let webhookId = ''
beforeAll(async () => {
  replicas.push(await openReplica(), await openReplica())
  const { channels } = replicas[0] ?? (await openReplica())
  const fields = { enabled: true, subscriptions: ['alerts'] as const, locale: 'en' as const }
  const made = await channels.create({
    kind: 'webhook',
    url: hook.url,
    name: 'Hook',
    minimumSeverity: 'info',
    ...fields,
  })
  secret = made.signingSecret ?? ''
  webhookId = made.channel.id
  const recipients = ['admin@example.org', 'other@example.org']
  await channels.create({
    kind: 'email',
    recipients,
    name: 'Mail',
    minimumSeverity: 'critical',
    ...fields,
    locale: 'tr',
  })
})
afterEach(async () => {
  await database.db.deleteFrom('alerts').execute()
  await database.db.deleteFrom('notifications').execute()
  hook.received.length = 0
  post.mails.length = 0
})
afterAll(async () => {
  for (const { worker, queue } of replicas) {
    await worker.stop()
    await queue.close()
  }
  await sender.close()
  await Promise.all([hook.close(), post.close()])
  await database.close()
})

const now = (): Date => new Date(clock.now())
const raise = (model: string, kind: 'model-error-rate' | 'model-auto-disabled' = 'model-error-rate') =>
  raiseAlert(
    database.db,
    { kind, provider: 'sim', model, message: `sim/${model} fails`, statement: null, details: { value: 0.5 } },
    now(),
  )
/** All replicas look at the same moment. */
const tellAll = () => Promise.all(replicas.flatMap(({ notifier }) => [notifier.tell(), notifier.tell()]))
const idle = async (): Promise<void> => {
  const jobs = () =>
    database.pool.query(`select 1 from jobs.job where name = $1 and state < 'completed'`, [deliveryJob.name])
  await expect.poll(async () => (await jobs()).rowCount, { timeout: 15_000 }).toBe(0)
}
const told = (): string[][] =>
  hook.received.map(({ body }) => (body.alerts ?? []).map(({ message, event }) => `${event} ${message}`))

test('two replicas that look at once send each alert once, signed, to those who want to hear of it', async () => {
  await raise('one')
  await raise('two')
  await tellAll()
  await idle()
  expect(told()).toEqual([['opened sim/one fails', 'opened sim/two fails']])
  const [first] = hook.received
  const signature = String(first?.headers['mp4totext-signature'])
  expect(verifySignature(secret, first?.text ?? '', signature, clock.now())).toBe(true)
  // Warnings are not what this mail channel asked for.
  expect(post.mails).toHaveLength(0)
  const { items } = await createAlerts({ db: database.db, channels: replicas[0]?.channels as Channels, clock }).list({
    open: true,
    limit: 10,
    offset: 0,
  })
  expect(items[0]?.deliveries).toMatchObject([{ channelName: 'Hook', event: 'opened', state: 'sent', attempts: 1 }])
  await clock.advance(10 * MINUTE_MS)
  await tellAll()
  await idle()
  expect(told()).toHaveLength(1)
})

test('a critical one goes by mail too, as text and HTML in the channel’s language', async () => {
  await raise('broken', 'model-auto-disabled')
  await tellAll()
  await idle()
  expect(post.mails).toMatchObject([{ from: 'server@example.org', to: ['admin@example.org', 'other@example.org'] }])
  const { data = '' } = post.mails[0] ?? {}
  expect(data).toMatch(/^Subject: mp4totext: Yeni: sim\/broken fails/m)
  expect(data).toMatch(/^Message-ID: <[0-9a-f-]{36}@example\.org>/m)
  expect(data).toContain('Content-Type: text/plain')
  expect(data).toContain('Content-Type: text/html')
})

test('that it is over is told once, and what was over before it was told never is', async () => {
  await raise('one')
  await tellAll()
  await resolveAlerts(database.db, { kind: 'model-error-rate', provider: 'sim' }, now())
  await raise('brief')
  await resolveAlerts(database.db, { kind: 'model-error-rate', provider: 'sim', model: 'brief' }, now())
  await clock.advance(10 * MINUTE_MS)
  await tellAll()
  await tellAll()
  await idle()
  expect(told()).toEqual([['opened sim/one fails'], ['resolved sim/one fails']])
  const { items } = await listAlerts(database.db, { open: false, limit: 10, offset: 0 })
  expect(items.find(({ model }) => model === 'brief')?.suppressed).toBe('It was over before it was told')
})

test('a trouble that comes and goes is told once in its cool-down', async () => {
  for (let round = 0; round < 6; round += 1) {
    await raise('flapping')
    await tellAll()
    await clock.advance(6 * MINUTE_MS)
    await resolveAlerts(database.db, { kind: 'model-error-rate', provider: 'sim' }, now())
    await tellAll()
    await clock.advance(6 * MINUTE_MS)
  }
  await tellAll()
  await idle()
  expect(
    told()
      .flat()
      .filter((line) => line.startsWith('opened')),
  ).toHaveLength(1)
})

test('a storm is one message', async () => {
  for (let at = 0; at < 60; at += 1) await raise(`model-${at}`, 'model-auto-disabled')
  await tellAll()
  await idle()
  expect(hook.received).toHaveLength(1)
  expect(hook.received[0]?.body.alerts).toHaveLength(60)
  expect(post.mails).toHaveLength(1)
  expect(post.mails[0]?.data).toContain('40 tane daha')
})

test('a storm is not told in halves: who looks while another reads it waits', async () => {
  await raise('one')
  await raise('two')
  // As another process stands in the middle of its look: it has the first alert, and not yet the second.
  const other = await database.pool.connect()
  await other.query(`begin; select pg_advisory_xact_lock(hashtext('alerts-tell'))`)
  await other.query(`select id from alerts order by created_at, id limit 1 for update`)
  const telling = Promise.all(replicas.map(({ notifier }) => notifier.tell()))
  const waiting = () => database.pool.query(`select 1 from pg_locks where locktype = 'advisory' and not granted`)
  await expect.poll(async () => (await waiting()).rowCount).toBeGreaterThan(0)
  await other.query('commit')
  other.release()
  await telling
  await idle()
  expect(told()).toEqual([['opened sim/one fails', 'opened sim/two fails']])
})

test('a receiver that fails is tried again; the delivery’s id stays', async () => {
  hook.failNext(1)
  await raise('retried')
  await tellAll()
  const failed = () =>
    database.db.selectFrom('notification_deliveries').selectAll().where('state', '=', 'waiting').execute()
  const again = () =>
    database.pool.query(`select 1 from jobs.job where name = $1 and state = 'retry'`, [deliveryJob.name])
  // The failure is written down a moment before its job waits.
  await expect.poll(async () => (await again()).rowCount).toBe(1)
  const [delivery] = await failed()
  expect(delivery?.error).toMatch(/answered with .*500/)
  // The next try is half a minute away; as if that were over.
  await database.pool.query(`update jobs.job set start_after = now() where name = $1`, [deliveryJob.name])
  await idle()
  expect(hook.received).toMatchObject([{ headers: { 'mp4totext-delivery': delivery?.id } }])
})

test('without a channel nobody is told, and the alert says so; a removed channel fails for good', async () => {
  const channels = replicas[0]?.channels as Channels
  await channels.change(webhookId, { enabled: false })
  await raise('unheard')
  await tellAll()
  const { items } = await listAlerts(database.db, { open: true, limit: 1, offset: 0 })
  expect(items[0]?.suppressed).toBe('No channel is set for it')
  await channels.change(webhookId, { enabled: true })
  const resolved = await resolveAlert(database.db, items[0]?.id ?? '', 'admin@example.org', now())
  expect(resolved).toMatchObject({ resolvedBy: 'admin@example.org' })
})

test('a channel can be tried, keeps its secrets, and refuses private addresses that are not allowed', async () => {
  const channels = replicas[0]?.channels as Channels
  expect(await channels.test(webhookId, new AbortController().signal)).toMatchObject({ ok: true, error: null })
  hook.failNext(1)
  const failed = await channels.test(webhookId, new AbortController().signal)
  expect(failed).toMatchObject({ ok: false, error: { code: 'delivery-failed' } })
  const shown = JSON.stringify(await channels.list())
  expect(shown).not.toContain(secret)
  expect(shown).not.toContain('/hook')
  const stored = JSON.stringify(await database.db.selectFrom('alert_channels').selectAll().execute())
  expect(stored).not.toContain(hook.url)
  expect(stored).not.toContain(secret)
  await expect(channels.change(webhookId, { url: 'http://169.254.169.254/latest' })).rejects.toMatchObject({
    code: 'address-not-allowed',
  })
  const renewed = await channels.change(webhookId, { renewSecret: true })
  expect(renewed.signingSecret).toMatch(/^whsec_/)
  expect(renewed.signingSecret).not.toBe(secret)
})
