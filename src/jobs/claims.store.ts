/**
 * Which process runs which job. pg-boss knows only that a job is active, so after a kill it would wait for a heartbeat;
 * with a claim, whose process must hold a lock of the database, a job without a living owner is seen at once.
 *
 * Speaks to pg-boss's table where pg-boss offers no function; its version is pinned exactly for that reason.
 */
import { sql, type Kysely } from 'kysely'
import { fromKysely, type PgBoss } from 'pg-boss'
import type { Database } from '../db/types.ts'
import { NO_OWNER, type Queue } from './queue.ts'

/** First number of the two that name a worker's lock; any fixed one. */
export const WORKER_LOCK = 77_034

/** A job that brought its process down this often, or was handed over this often, is not started once more. */
const MOST_STARTS = 100

export interface ClaimedJob {
  readonly id: string
  readonly name: string
  readonly data: unknown
  readonly retryCount: number
}

export interface ClaimsStore {
  /** Owners with a job of this kind that could start now, and what tells whose turn it is. */
  findWaitingOwners(name: string): Promise<WaitingOwner[]>
  /** Takes the next job of an owner and writes down who has it, both or neither. */
  claim(name: string, exceptOwners: readonly string[], workerKey: number): Promise<ClaimedJob | undefined>
  /** Drops the claim of this start; a later start's stays. */
  forget(job: ClaimedJob): Promise<void>
  /** Puts one of our own jobs back, to be started again by anyone. */
  handOver(job: ClaimedJob): Promise<void>
  /** Puts back the jobs of processes that are gone; returns their ids. */
  recover(): Promise<string[]>
  /** Makes the next failure of this attempt the last one. */
  forbidRetry(job: ClaimedJob): Promise<void>
}

export interface WaitingOwner {
  readonly owner: string
  readonly priority: number
  readonly active: number
}

/** A start that did not end by its own fault takes none of the job's retries, and a new number fences off the old start. */
const putBack = sql`state = 'retry', start_after = now(), completed_on = null, retry_limit = greatest(j.retry_limit, j.retry_count) + 1`

export const createClaimsStore = (
  db: Kysely<Database>,
  { boss, schema }: { boss: PgBoss; schema: Queue['schema'] },
): ClaimsStore => {
  const jobTable = sql.table(`${schema}.job`)
  return {
    async findWaitingOwners(name) {
      const { rows } = await sql<WaitingOwner>`
        with waiting as (
          select coalesce(group_id, ${NO_OWNER}) as owner, max(priority) as priority from ${jobTable}
          where name = ${name} and state < 'active' and start_after <= now() and not blocked group by 1
        ), running as (
          select coalesce(group_id, ${NO_OWNER}) as owner, count(*) as active from ${jobTable}
          where name = ${name} and state = 'active' group by 1
        )
        select owner, priority, coalesce(active, 0) as active from waiting left join running using (owner)
      `.execute(db)
      return rows
    },
    claim: (name, exceptOwners, workerKey) =>
      db.transaction().execute(async (transaction) => {
        const [job] = await boss.fetch<unknown>(name, {
          ignoreGroups: [...exceptOwners],
          db: fromKysely(transaction),
        })
        if (job === undefined) return undefined
        await transaction
          .insertInto('job_claim')
          .values({ job_id: job.id, queue: name, attempt: job.retryCount, worker_key: workerKey })
          .onConflict((conflict) =>
            conflict.column('job_id').doUpdateSet({ attempt: job.retryCount, worker_key: workerKey }),
          )
          .execute()
        return { id: job.id, name: job.name, data: job.data, retryCount: job.retryCount }
      }),
    async forget(job) {
      await db.deleteFrom('job_claim').where('job_id', '=', job.id).where('attempt', '=', job.retryCount).execute()
    },
    async handOver(job) {
      await sql`
        update ${jobTable} j set ${putBack}
        where name = ${job.name} and id = ${job.id} and state = 'active' and retry_count = ${job.retryCount}
      `.execute(db)
    },
    async recover() {
      const { rows } = await sql<{ id: string }>`
        with gone as (
          delete from job_claim c where not exists (
            select 1 from pg_locks l
            where l.locktype = 'advisory' and l.granted and l.classid = ${WORKER_LOCK} and l.objid = c.worker_key::oid
              and l.database = (select oid from pg_database where datname = current_database()))
          returning job_id, queue, attempt
        )
        update ${jobTable} j set ${putBack} from gone
        where j.name = gone.queue and j.id = gone.job_id and j.state = 'active' and j.retry_count = gone.attempt
          and j.retry_count < ${MOST_STARTS}
        returning j.id
      `.execute(db)
      return rows.map(({ id }) => id)
    },
    async forbidRetry(job) {
      await sql`
        update ${jobTable} set retry_limit = retry_count
        where name = ${job.name} and id = ${job.id} and state = 'active' and retry_count = ${job.retryCount}
      `.execute(db)
    },
  }
}
