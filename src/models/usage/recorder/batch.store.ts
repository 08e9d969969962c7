/**
 * Writes a batch of attempts: raw rows, failures with their causes, and every rollup, in one transaction. The batch's id
 * is written with them, so a batch that comes again (a commit whose answer was lost, a crash before its file was removed)
 * changes nothing.
 *
 * A batch is a JSON list of `AttemptRow`: the same text that lies on the disk is what the database reads.
 */
import { sql, type Kysely, type RawBuilder, type Transaction } from 'kysely'
import type { Database } from '../../../db/types.ts'
import { REFUSED } from './attempt-row.ts'
import { SUM_COLUMNS } from '../sum-columns.ts'

const list = (columns: readonly string[], prefix = ''): RawBuilder<unknown> =>
  sql.raw(columns.map((name) => prefix + name).join(', '))
const added = (table: string): RawBuilder<unknown> =>
  sql.raw(SUM_COLUMNS.map((name) => `${name} = ${table}.${name} + excluded.${name}`).join(', '))
const summed = sql.raw(SUM_COLUMNS.map((name) => `sum(${name})::bigint as ${name}`).join(', '))

const ATTEMPT_COLUMNS = `id, at, provider, model, operation, kind, outcome, error_code, blame, status, credential_id,
  credential, user_id, request_id, transcription_id, text_id, duration_ms, first_token_ms, input_tokens, cached_tokens,
  output_tokens, reasoning_tokens, cost_microcents, reason`

/** Sums over a set of attempts. Tokens that were used at a price nobody knows are `unpriced`, never free. */
const tally = sql.raw(`
  count(*) as attempts,
  count(*) filter (where outcome = 'answered') as answered,
  count(*) filter (where outcome = 'failed') as failed,
  count(*) filter (where outcome = 'failed' and blame = 'provider') as provider_failed,
  count(*) filter (where outcome = 'cancelled') as cancelled,
  count(*) filter (where outcome = 'skipped') as skipped,
  coalesce(sum(duration_ms) filter (where outcome = 'answered'), 0) as duration_sum_ms,
  coalesce(sum(input_tokens), 0) as input_tokens,
  coalesce(sum(cached_tokens), 0) as cached_tokens,
  coalesce(sum(output_tokens), 0) as output_tokens,
  coalesce(sum(reasoning_tokens), 0) as reasoning_tokens,
  coalesce(sum(cost_microcents), 0) as cost_microcents,
  count(*) filter (where outcome = 'answered' and cost_microcents is null) as unpriced`)

/** Which rollups there are: each grain and level, and the names that it keeps. */
const VIEWS = sql.raw(`(values
  ('minute', 'all', false, false, false), ('minute', 'operation', false, false, true),
  ('hour', 'all', false, false, false), ('day', 'all', false, false, false),
  ('hour', 'provider', true, false, false), ('day', 'provider', true, false, false),
  ('hour', 'model', true, true, false), ('day', 'model', true, true, false),
  ('hour', 'operation', false, false, true), ('day', 'operation', false, false, true),
  ('hour', 'each', true, true, true), ('day', 'each', true, true, true)
) as view (grain, level, by_provider, by_model, by_operation)`)

const KEY = sql.raw(`
  view.grain, view.level, date_trunc(view.grain, step, 'UTC') as start,
  case when view.by_provider then provider else '' end as provider,
  case when view.by_model then model else '' end as model,
  case when view.by_operation then operation else '' end as operation`)

/** Cells of one level by hour from those of a finer one: by far fewer rows than from the attempts each time. */
const coarser = (level: string, from: string, names: readonly string[]): string => `
  hour_${level} as materialized (
    select '${level}' as level, start,
      ${['provider', 'model', 'operation'].map((name) => (names.includes(name) ? name : `''::text as ${name}`)).join(', ')},
      measure, bucket, sum(count)::bigint as count
    from hour_${from} group by 1, 2, 3, 4, 5, 6, 7)`

/** Cells of every grain and level, from `each_cell`. */
const CELLS = sql.raw(`
  hour_each as materialized (
    select 'each' as level, date_trunc('hour', step, 'UTC') as start, provider, model, operation, measure, bucket,
      sum(count)::bigint as count
    from each_cell group by 2, 3, 4, 5, 6, 7
  ),
  ${coarser('model', 'each', ['provider', 'model'])},
  ${coarser('operation', 'each', ['operation'])},
  ${coarser('provider', 'model', ['provider'])},
  ${coarser('all', 'provider', [])},
  hourly as (
    select * from hour_each union all select * from hour_model union all select * from hour_operation
    union all select * from hour_provider union all select * from hour_all
  ),
  cells as (
    select 'hour' as grain, hourly.* from hourly
    union all
    select 'day', level, date_trunc('day', start, 'UTC'), provider, model, operation, measure, bucket,
      sum(count)::bigint
    from hourly group by 2, 3, 4, 5, 6, 7, 8
    union all
    select 'minute', 'all', step, '', '', '', measure, bucket, sum(count)::bigint from each_cell group by 3, 7, 8
    union all
    select 'minute', 'operation', step, '', '', operation, measure, bucket, sum(count)::bigint
    from each_cell group by 3, 6, 7, 8
  )`)

/**
 * The rollups of `source`, a query with the columns of attempts, added to what is there. `step` is the finest grain that
 * comes out: minutes for batches, hours where a long time is counted anew.
 */
export const rollUp = (source: RawBuilder<unknown>, step: 'minute' | 'hour'): RawBuilder<unknown> => sql`
  with source as materialized (select at, provider, model, operation, outcome, blame, duration_ms, first_token_ms,
    input_tokens, cached_tokens, output_tokens, reasoning_tokens, cost_microcents from (${source}) as given),
  each_sum as materialized (
    select date_trunc(${sql.lit(step)}, at, 'UTC') as step, provider, model, operation, ${tally}
    from source group by 1, 2, 3, 4
  ),
  each_cell as materialized (
    select date_trunc(${sql.lit(step)}, at, 'UTC') as step, provider, model, operation, measure,
      sketch_bucket(ms) as bucket, count(*) as count
    from source cross join lateral (values ('duration', duration_ms), ('first', first_token_ms)) as measured (measure, ms)
    where outcome = 'answered' and ms is not null
    group by 1, 2, 3, 4, 5, 6
  ),
  sums as (
    select ${KEY}, ${summed} from each_sum cross join ${VIEWS}
    where view.grain <> 'minute' or ${sql.lit(step)} = 'minute'
    group by 1, 2, 3, 4, 5, 6
  ),
  ${CELLS},
  sketches as (
    select grain, level, start, provider, model, operation,
      coalesce(array_agg((bucket << 40) + count order by bucket) filter (where measure = 'duration'), '{}') as durations,
      coalesce(array_agg((bucket << 40) + count order by bucket) filter (where measure = 'first'), '{}') as first_tokens
    from cells group by 1, 2, 3, 4, 5, 6
  )
  insert into usage_rollups
    (grain, level, start, provider, model, operation, ${list(SUM_COLUMNS)}, durations, first_tokens)
  select grain, level, start, provider, model, operation, ${list(SUM_COLUMNS)},
    coalesce(durations, '{}'), coalesce(first_tokens, '{}')
  from sums left join sketches using (grain, level, start, provider, model, operation)
  -- Always in the same order, so that two writers never wait for each other in a ring.
  order by 1, 2, 3, 4, 5, 6
  on conflict (grain, level, start, provider, model, operation) do update set ${added('usage_rollups')},
    durations = sketch_merge(usage_rollups.durations, excluded.durations),
    first_tokens = sketch_merge(usage_rollups.first_tokens, excluded.first_tokens)`

export const rollUpUsers = (source: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  insert into usage_users (day, user_id, operation, ${list(SUM_COLUMNS)})
  select date_trunc('day', at, 'UTC'), user_id, operation, ${tally}
  from (${source}) as source where user_id is not null
  group by 1, 2, 3 order by 1, 2, 3
  on conflict (day, user_id, operation) do update set ${added('usage_users')}`

const READ_BATCH = (json: string): RawBuilder<unknown> => sql`
  select * from json_to_recordset(${json}::json) as row (
    id uuid, at timestamptz, provider text, model text, operation text, kind text, outcome text, error_code text,
    blame text, status integer, credential_id text, credential text, user_id text, request_id text,
    transcription_id uuid, text_id uuid, duration_ms integer, first_token_ms integer, input_tokens integer,
    cached_tokens integer, output_tokens integer, reasoning_tokens integer, cost_microcents bigint, reason text,
    failure jsonb)`

export const rollUpErrors = (source: RawBuilder<unknown>): RawBuilder<unknown> => sql`
  insert into error_hours (hour, cause, model, operation, count, first_at, last_at)
  select date_trunc('hour', at, 'UTC'), cause, model, operation, count(*), min(at), max(at)
  from (${source}) as source group by 1, 2, 3, 4 order by 1, 2, 3, 4
  on conflict (hour, cause, model, operation) do update set count = error_hours.count + excluded.count,
    first_at = least(error_hours.first_at, excluded.first_at), last_at = greatest(error_hours.last_at, excluded.last_at)`

const writeErrors = async (trx: Transaction<Database>, batch: RawBuilder<unknown>): Promise<void> => {
  await sql`
    insert into error_log (id, at, provider, model, operation, code, blame, message, status, credential, duration_ms,
      user_id, request_id, transcription_id, cause, payload_policy, payload)
    select id, at, provider, model, operation, error_code, blame, failure ->> 'message', status, credential, duration_ms,
      user_id, request_id, transcription_id, failure ->> 'cause', failure ->> 'payload_policy',
      nullif(failure -> 'payload', 'null')
    from (${batch}) as batch where failure is not null`.execute(trx)
  await sql`
    insert into error_causes (cause, provider, code, blame, status, message, first_at, last_at)
    select failure ->> 'cause', min(provider), min(error_code), min(blame), min(status),
      min(failure ->> 'cause_message'), min(at), max(at)
    from (${batch}) as batch where failure is not null group by 1 order by 1
    on conflict (cause) do update set first_at = least(error_causes.first_at, excluded.first_at),
      last_at = greatest(error_causes.last_at, excluded.last_at)`.execute(trx)
  const failed = sql`select at, failure ->> 'cause' as cause, model, operation from (${batch}) as batch where failure is not null`
  await rollUpErrors(failed).execute(trx)
}

export interface Batch {
  readonly id: string
  /** `AttemptRow`s in JSON, one each. */
  readonly lines: readonly string[]
  readonly hasFailures: boolean
}

export interface RecorderState {
  readonly id: string
  readonly startedAt: Date
  readonly seenAt: Date
  readonly recorded: number
  readonly dropped: number
  readonly waiting: number
}

export type BatchStore = ReturnType<typeof createBatchStore>

const writeRows = async (trx: Transaction<Database>, lines: readonly string[], hasFailures: boolean): Promise<void> => {
  const rows = READ_BATCH(`[${lines.join(',')}]`)
  const calls = sql`select * from (${rows}) as batch where outcome <> ${sql.lit(REFUSED)}`
  await sql`insert into attempts (${sql.raw(ATTEMPT_COLUMNS)})
    select ${sql.raw(ATTEMPT_COLUMNS)} from (${calls}) as batch`.execute(trx)
  if (hasFailures) await writeErrors(trx, rows)
  await rollUpUsers(calls).execute(trx)
  await rollUp(calls, 'minute').execute(trx)
}

export const createBatchStore = (db: Kysely<Database>) => ({
  /**
   * Writes what of this batch is not written yet: lines are counted from its first, so it may come again, whole or
   * grown. With `skip` the new lines only count as seen.
   */
  write: ({ id, lines, hasFailures }: Batch, now: Date, { skip = false } = {}): Promise<void> =>
    db.transaction().execute(async (trx) => {
      const size = lines.length
      const { numInsertedOrUpdatedRows = 0n } = await trx
        .insertInto('usage_batches')
        .values({ id, size, written_at: now })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirstOrThrow()
      if (numInsertedOrUpdatedRows > 0n) return skip ? undefined : writeRows(trx, lines, hasFailures)
      const former = await trx
        .selectFrom('usage_batches')
        .select('size')
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirstOrThrow()
      if (former.size >= size) return
      await trx.updateTable('usage_batches').set({ size }).where('id', '=', id).execute()
      if (!skip) await writeRows(trx, lines.slice(former.size), hasFailures)
    }),

  /** How many lines of a batch are written. */
  async sizeOf(id: string): Promise<number> {
    const row = await db.selectFrom('usage_batches').select('size').where('id', '=', id).executeTakeFirst()
    return row?.size ?? 0
  },

  async noteRecorder({ id, startedAt, seenAt, recorded, dropped, waiting }: RecorderState): Promise<void> {
    await db
      .insertInto('usage_recorders')
      .values({ id, started_at: startedAt, seen_at: seenAt, recorded, dropped, waiting })
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ seen_at: seenAt, recorded, dropped, waiting }))
      .execute()
  },
})
