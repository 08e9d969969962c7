/** How much waits in the queue, for pages and metrics. Ended jobs are not counted but for those that failed. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../db/types.ts'
import type { Queue } from './queue.ts'

export interface QueueLoad {
  readonly name: string
  readonly waiting: number
  readonly running: number
  /** For good, and not yet removed. */
  readonly failed: number
  /** How long the oldest one waits that could run now; null when none waits. */
  readonly oldestMs: number | null
}

interface Row {
  readonly name: string
  readonly waiting: number
  readonly running: number
  readonly failed: number
  readonly oldest_ms: number | null
}

const NOTHING = { waiting: 0, running: 0, failed: 0, oldest_ms: null }

/** Every kind of job, also those of which there is none. */
export const readQueueLoad = async (
  db: Kysely<Database>,
  { schema, jobs }: Pick<Queue, 'schema' | 'jobs'>,
): Promise<QueueLoad[]> => {
  const { rows } = await sql<Row>`
    select name,
      count(*) filter (where state < 'active') as waiting,
      count(*) filter (where state = 'active') as running,
      count(*) filter (where state = 'failed') as failed,
      (extract(epoch from now() - min(greatest(created_on, start_after))
        filter (where state < 'active' and start_after <= now())) * 1000)::float8 as oldest_ms
    from ${sql.table(`${schema}.job`)} where state in ('created', 'retry', 'active', 'failed') group by name
  `.execute(db)
  const found = new Map(rows.map((row) => [row.name, row]))
  return jobs.map(({ name }) => {
    const { waiting, running, failed, oldest_ms } = found.get(name) ?? NOTHING
    return { name, waiting, running, failed, oldestMs: oldest_ms === null ? null : Math.round(oldest_ms) }
  })
}
