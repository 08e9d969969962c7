/**
 * Two servers as operating-system processes on one database: whatever the calendar names is done by one of them, once,
 * and each message leaves once, over mail, Slack and webhook. What providers and channels received is counted outside.
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createTestDatabase } from '../setup/database.ts'
import { KEY, useSimulator } from '../simulator/start-simulator.ts'
import { startHookServer, startMailServer } from '../steering/hook-server.ts'
import { startMain, type MainProcess } from './start-main.ts'

const SECRET = 'one-secret-for-both-of-them-0123456789'
const PERSON = { name: 'Admin', email: 'admin@example.org', password: 'correct horse battery' }

const running = useSimulator()
const database = await createTestDatabase()
const [webhook, slack, post] = await Promise.all([startHookServer(), startHookServer(), startMailServer()])
const children: ChildProcess[] = []
const folders: string[] = []

afterAll(async () => {
  for (const child of children) child.kill('SIGKILL')
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })))
  await Promise.all([webhook.close(), slack.close(), post.close()])
  await database.close()
})

interface Replica extends Omit<MainProcess, 'address'> {
  readonly address: string
}

const startReplica = async (): Promise<Replica> => {
  const folder = await mkdtemp(join(tmpdir(), 'mp4totext-replica-'))
  folders.push(folder)
  const started = startMain({
    LOG_LEVEL: 'warn',
    DATA_DIR: folder,
    DATABASE_URL: database.connectionString,
    AUTH_SECRET: SECRET,
    ENCRYPTION_KEY: SECRET,
    SMTP_URL: post.url,
    MAIL_FROM: 'server@example.org',
    ALLOWED_PRIVATE_ADDRESSES: '127.0.0.0/8',
    OPENAI_API_KEY: KEY,
    OPENAI_BASE_URL: running.urls.openai,
  })
  children.push(started.child)
  return { ...started, address: await started.address() }
}

const signUp = async ({ address }: Replica): Promise<string> => {
  const answer = await fetch(`${address}/api/auth/sign-up/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(PERSON),
  })
  expect(answer.status).toBe(200)
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')
}

/** What is due by the calendar, as if its time had come. */
const comeDue = async (...names: string[]): Promise<void> => {
  await database.db.updateTable('schedules').set({ next_run_at: new Date() }).where('name', 'in', names).execute()
}
const ALL = [
  'models.sync',
  'models.limits',
  'models.health-check',
  'alerts.watch',
  'rollouts.step',
  'reports.weekly',
  'usage.upkeep',
]

const runsOf = (names: readonly string[]) =>
  database.db
    .selectFrom('schedule_runs')
    .select(['schedule', 'due_at', 'state', 'trigger', 'error'])
    .where('schedule', 'in', [...names])
    .orderBy('due_at')
    .execute()
const doneRuns = async (name: string): Promise<number> =>
  (await runsOf([name])).filter(({ state }) => state === 'done').length

/** How often the provider was asked for its list. */
const listsAsked = (): number =>
  running.simulator.log().filter(({ method, path }) => method === 'GET' && path.endsWith('/models')).length

/** Their own times must not come while the test runs: as an administrator set them, before the first start. */
const setFarAway = async (names: readonly string[]): Promise<void> => {
  const far = { cron: '0 0 1 1 *', time_zone: 'UTC', paused: false, changed_by: PERSON.email, changed_at: new Date() }
  const nextYear = new Date(Date.UTC(new Date().getUTCFullYear() + 2, 0, 1))
  const rows = names.map((name) => ({ name, ...far, next_run_at: nextYear }))
  await database.db.insertInto('schedules').values(rows).execute()
}

/** While `during` goes on, no report can be kept: a run that was begun is not over before it. */
const whileReportsWait = async <Result>(during: () => Promise<Result>): Promise<Result> => {
  const holder = await database.pool.connect()
  try {
    await holder.query('begin; lock table weekly_reports in access exclusive mode')
    return await during()
  } finally {
    await holder.query('commit')
    holder.release()
  }
}

test('two processes: each schedule runs once, each alert and report is sent once', async () => {
  await setFarAway(ALL)
  const [one, two] = await Promise.all([startReplica(), startReplica()])
  const cookie = await signUp(one)
  const call = async (replica: Replica, method: string, path: string, body?: object) => {
    const answer = await fetch(`${replica.address}/api/v1${path}`, {
      method,
      headers: { cookie, origin: replica.address, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
  }
  const both = [one, two] as const
  const channel = (kind: string, target: object) =>
    call(one, 'POST', '/admin/alert-channels', { kind, name: kind, minimumSeverity: 'info', ...target })
  for (const answer of [
    await channel('webhook', { url: webhook.url }),
    await channel('slack', { url: slack.url }),
    await channel('email', { recipients: [PERSON.email], locale: 'tr' }),
  ])
    expect(answer).toMatchObject({ status: 200 })
  // A trouble that is there for certain: less than all of the disk is free.
  expect(await call(two, 'PATCH', '/admin/alert-rules/disk', { threshold: 1 })).toMatchObject({ status: 200 })

  const before = listsAsked()
  await comeDue(...ALL)
  for (const name of ALL) await expect.poll(() => doneRuns(name), { timeout: 30_000 }).toBeGreaterThan(0)
  // The same trouble is seen again and again, by whichever process looks.
  for (let looks = 2; looks <= 3; looks += 1) {
    await comeDue('alerts.watch')
    await expect.poll(() => doneRuns('alerts.watch'), { timeout: 30_000 }).toBeGreaterThanOrEqual(looks)
  }
  // Both are asked at the same moment to run it by hand.
  const byHand = await whileReportsWait(() =>
    Promise.all(both.map((replica) => call(replica, 'POST', '/admin/schedules/reports.weekly/run'))),
  )
  expect(byHand.map(({ status }) => status).toSorted()).toEqual([200, 409])
  await expect.poll(() => doneRuns('reports.weekly'), { timeout: 30_000 }).toBe(2)
  const idle = async () =>
    (await database.pool.query(`select 1 from jobs.job where name = 'alerts.deliver' and state < 'completed'`)).rowCount
  await expect.poll(idle, { timeout: 30_000 }).toBe(0)

  const runs = await runsOf(ALL)
  expect(runs.filter(({ state }) => state !== 'done')).toEqual([])
  const occurrences = runs.map(({ schedule, due_at: dueAt }) => `${schedule} ${dueAt.toISOString()}`)
  expect(new Set(occurrences).size).toBe(occurrences.length)
  for (const name of ['models.sync', 'models.health-check', 'usage.upkeep']) expect(await doneRuns(name), name).toBe(1)
  // Once by the sync, once by the check.
  expect(listsAsked() - before).toBe(2)

  const kinds = webhook.received.map(({ body }) => [body.event, ...(body.alerts ?? []).map(({ kind }) => kind)])
  expect(kinds.filter(([event]) => event === 'alerts')).toEqual([['alerts', 'disk']])
  // Run by hand within the same hour it is made anew for the same week, and not sent again.
  const { rowCount: reports } = await database.pool.query('select 1 from weekly_reports')
  expect(kinds.filter(([event]) => event === 'report')).toHaveLength(reports ?? 0)
  expect(slack.received).toHaveLength(1 + (reports ?? 0))
  expect(post.mails).toHaveLength(1 + (reports ?? 0))
  const { items } = (await call(two, 'GET', '/admin/alerts')).body as {
    items: { kind: string; deliveries: object[] }[]
  }
  expect(items.map(({ kind }) => kind)).toEqual(['disk'])
  expect(items[0]?.deliveries).toMatchObject(Array.from({ length: 3 }, () => ({ state: 'sent', attempts: 1 })))

  for (const { child, output } of both) {
    const exited = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await exited, output()).toEqual([0, null])
  }
})
