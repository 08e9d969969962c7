/**
 * The durable queue, on pg-boss in the application's own database: sending, cancelling, looking up.
 *
 * Delivers at least once. Sending inside a transaction makes the job appear with its commit and never otherwise.
 * `worker.ts` takes jobs out. Knows no domain: they define their jobs with `defineJob`.
 */
import { sql, type Kysely, type Transaction } from 'kysely'
import type pg from 'pg'
import { fromKysely, PgBoss, type Db } from 'pg-boss'
import { AppError } from '../errors.ts'
import type { Database } from '../db/types.ts'
import type { Logger } from '../lib/logger.ts'
import type { AnyJob, JobDefinition } from './definition.ts'
import { checkDefinitions } from './registry.ts'

export type JobState = 'created' | 'retry' | 'active' | 'completed' | 'cancelled' | 'failed'

export interface JobStatus {
  readonly state: JobState
  readonly attempt: number
  readonly createdAt: Date
  readonly endedAt: Date | undefined
}

export interface SendOptions {
  /** The job appears when this transaction commits. */
  readonly transaction?: Transaction<Database>
  /** Whose job it is, normally a user's id. Owners take turns, however many jobs each has. */
  readonly owner?: string
  /** Higher goes first among the jobs of one owner, and between owners. Default 0. */
  readonly priority?: number
  readonly startAfter?: Date
}

export interface Queue {
  readonly jobs: readonly AnyJob[]
  readonly boss: PgBoss
  readonly schema: string
  readonly channel: string
  /** The job's id, or undefined when one with the same singleton key waits or runs already. */
  send<Payload extends object>(
    job: JobDefinition<Payload>,
    payload: Payload,
    options?: SendOptions,
  ): Promise<string | undefined>
  /** Ends a waiting job, and tells the process that runs it, wherever that is, to stop. False when it had ended before. */
  cancel(job: Pick<AnyJob, 'name'>, jobId: string, options?: Pick<SendOptions, 'transaction'>): Promise<boolean>
  find(job: Pick<AnyJob, 'name'>, jobId: string): Promise<JobStatus | undefined>
  /** Jobs by name and state, for the status page and metrics. */
  count(): Promise<{ name: string; state: JobState; count: number }[]>
  close(): Promise<void>
}

export interface QueueDeps {
  readonly db: Kysely<Database>
  readonly pool: pg.Pool
  readonly jobs: readonly AnyJob[]
  readonly logger: Logger
  /** PostgreSQL schema of the queue's tables. */
  readonly schema?: string
  /** How long ended jobs are kept, in seconds. Default 7 days. */
  readonly keepSeconds?: number
}

/** Jobs without an owner take turns with the owners, as one more of them. */
export const NO_OWNER = '-'

/** A worker touches its jobs three times in this span; one that is silent for longer is taken for lost. */
export const HEARTBEAT_SECONDS = 30

/** pg-boss's largest. A job that lives is told by its heartbeat, not by how long it takes. */
const EXPIRE_SECONDS = 24 * 3600 - 1

const NO_JOB = '00000000-0000-0000-0000-000000000000'

const fromPool = (pool: pg.Pool): Db => ({
  executeSql: (text, values) => pool.query(text, values !== undefined && values.length > 0 ? values : undefined),
})

const toQueueOptions = (job: AnyJob, keepSeconds: number) => ({
  retryLimit: job.retry.limit,
  retryDelay: job.retry.delaySeconds,
  retryBackoff: job.retry.delaySeconds > 0,
  expireInSeconds: EXPIRE_SECONDS,
  heartbeatSeconds: HEARTBEAT_SECONDS,
  deleteAfterSeconds: keepSeconds,
  // Work that waits, for example behind a long outage, must not vanish.
  retentionSeconds: 365 * 24 * 3600,
})

const prepareQueues = async (boss: PgBoss, jobs: readonly AnyJob[], keepSeconds: number): Promise<void> => {
  for (const job of jobs) {
    const options = toQueueOptions(job, keepSeconds)
    await boss.createQueue(job.name, { ...options, policy: job.singletonKey === undefined ? 'standard' : 'exclusive' })
    // createQueue leaves an existing queue as it was.
    await boss.updateQueue(job.name, options)
  }
  // pg-boss reads a queue's row when it first needs it, on a connection of its own. In the middle of a transaction that can be
  // one too many: as many senders as there are connections would all wait for another one.
  for (const job of jobs) await boss.findJobs(job.name, { id: NO_JOB })
}

/** Tells the workers of all processes; within a transaction, when it commits. */
const notify = (db: Kysely<Database>, channel: string, message: string) =>
  sql`select pg_notify(${channel}, ${message})`.execute(db)

const toStatus = (found: {
  state: string
  retryCount: number
  createdOn: Date
  completedOn: Date | null
}): JobStatus => ({
  state: found.state as JobState,
  attempt: found.retryCount,
  createdAt: found.createdOn,
  endedAt: found.completedOn ?? undefined,
})

const startBoss = async (
  { pool, logger, jobs, keepSeconds = 7 * 24 * 3600 }: QueueDeps,
  schema: string,
): Promise<PgBoss> => {
  const boss = new PgBoss({
    db: fromPool(pool),
    schema,
    superviseIntervalSeconds: 15,
    monitorIntervalSeconds: 15,
    // The timetable is kept where administrators can see and change it; see `models/schedules`.
    schedule: false,
  })
  boss.on('error', (error) => logger.error({ error }, 'The job queue had an error'))
  boss.on('warning', (warning) => logger.warn({ warning }, 'The job queue warns'))
  await boss.start()
  await prepareQueues(boss, jobs, keepSeconds)
  return boss
}

/** Installs or updates the queue's tables and opens it for sending. Several processes may do so at once. */
export const createQueue = async (deps: QueueDeps): Promise<Queue> => {
  const { db, jobs, schema = 'jobs' } = deps
  checkDefinitions(jobs)
  const boss = await startBoss(deps, schema)
  const channel = `mp4totext_${schema}`
  const known = new Set(jobs.map(({ name }) => name))

  return {
    jobs,
    boss,
    schema,
    channel,
    async send(job, payload, { transaction, owner = NO_OWNER, priority = 0, startAfter } = {}) {
      if (!known.has(job.name)) throw new AppError('internal', `The job ${job.name} is not given to createQueue`)
      const data = job.payload.parse(payload)
      const id = await boss.send(job.name, data, {
        group: { id: owner },
        priority,
        ...(startAfter && { startAfter }),
        ...(job.singletonKey && { singletonKey: job.singletonKey(data) }),
        ...(transaction && { db: fromKysely(transaction) }),
      })
      if (id !== null) await notify(transaction ?? db, channel, `sent:${job.name}`)
      return id ?? undefined
    },
    async cancel(job, jobId, { transaction } = {}) {
      const result = (await boss.cancel(job.name, jobId, transaction && { db: fromKysely(transaction) })) as {
        affected?: number
      }
      await notify(transaction ?? db, channel, `cancel:${jobId}`)
      return (result.affected ?? 0) > 0
    },
    async find(job, jobId) {
      const [found] = await boss.findJobs(job.name, { id: jobId })
      return found && toStatus(found)
    },
    async count() {
      const { rows } = await sql<{ name: string; state: JobState; count: number }>`
        select name, state::text as state, count(*) as count from ${sql.table(`${schema}.job`)} group by name, state
      `.execute(db)
      return rows.filter(({ name }) => known.has(name))
    },
    close: () => boss.stop({ graceful: false, close: false }),
  }
}
