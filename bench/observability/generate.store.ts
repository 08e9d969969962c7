/** Fills the tables with made-up calls of many days: 300 models of 8 providers, some far more popular than others. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../src/db/types.ts'
import { rollUpErrors } from '../../src/models/usage/recorder/batch.store.ts'
import { createUpkeepStore } from '../../src/models/usage/upkeep.store.ts'

export const MODELS = 300
const DAY_MS = 86_400_000

/** Takes back what an interrupted load left of a day. */
export const clearDay = async (db: Kysely<Database>, startMs: number): Promise<void> => {
  const [start, end] = [new Date(startMs), new Date(startMs + DAY_MS)]
  await sql`delete from attempts where at >= ${start} and at < ${end}`.execute(db)
  await sql`delete from error_log where at >= ${start} and at < ${end}`.execute(db)
  await sql`delete from error_hours where hour >= ${start} and hour < ${end}`.execute(db)
}

/** One UTC day. Times are log-normal around 1.5 s, 3 % fail by the provider's fault and 1 % by the caller's. */
export const generateDay = async (db: Kysely<Database>, startMs: number, rows: number): Promise<void> => {
  const start = new Date(startMs)
  await sql`
    insert into attempts
    select gen_random_uuid(), at, 'provider-' || model_number % 8, 'model-' || model_number, operation, 'chat', outcome,
      case outcome when 'failed' then (array['provider-error', 'provider-rate-limited', 'timeout-total', 'content-refused'])[1 + fault] end,
      case outcome when 'failed' then case fault when 3 then 'caller' else 'provider' end end,
      case outcome when 'answered' then 200 else 500 end, 'key', 'main', ('00000000-0000-7000-8000-' || lpad(floor(random() * 2000)::int::text, 12, '0')),
      -- Ids grow with time, as those of the product do.
      to_hex((extract(epoch from at) * 1000)::bigint) || '-' || lpad(to_hex(floor(random() * 1e9)::bigint), 8, '0'),
      case when random() < 0.5 then gen_random_uuid() end, null::uuid,
      exp(7.3 + 0.8 * sqrt(-2 * ln(1 - random())) * cos(6.2831853 * random()))::int,
      (150 + random() * 700)::int, (200 + random() * 4000)::int, (random() * 100)::int, (50 + random() * 900)::int,
      0, (random() * 200000)::bigint, 'It was named by the request'
    from (
      select ${start}::timestamptz + random() * interval '24 hours' as at,
        floor(${MODELS} * power(random(), 2))::int as model_number, floor(random() * 4)::int as fault,
        (array['enhance', 'summarize', 'chat', 'transcribe', 'key-points'])[1 + floor(random() * 5)::int] as operation,
        case when random() < 0.04 then 'failed' else 'answered' end as outcome
      from generate_series(1, ${rows}) order by 1
    ) as made`.execute(db)
}

/** The error log of a day's failures: some 40 causes a provider, and messages with words to search for. */
export const generateErrors = async (db: Kysely<Database>, startMs: number): Promise<void> => {
  const [start, end] = [new Date(startMs), new Date(startMs + DAY_MS)]
  const day = sql`at >= ${start} and at < ${end}`
  await sql`
    insert into error_log (id, at, provider, model, operation, code, blame, message, status, credential, duration_ms,
      user_id, request_id, transcription_id, cause, payload_policy, payload)
    select id, at, provider, model, operation, error_code, blame,
      'The request number ' || floor(random() * 1e6)::int || ' was refused: reason ' || cause_number || ' of ' || provider,
      status, credential, duration_ms, user_id, request_id, transcription_id,
      left(md5(provider || error_code || cause_number), 16), 'metadata', '{"messages": [{"role": "user"}]}'
    from (select *, floor(random() * 10)::int as cause_number from attempts where ${day} and outcome = 'failed') as failed
  `.execute(db)
  await sql`
    insert into error_causes (cause, provider, code, blame, status, message, first_at, last_at)
    select cause, min(provider), min(code), min(blame), min(status), min(message), min(at), max(at)
    from error_log where ${day} group by cause
    on conflict (cause) do update set last_at = greatest(error_causes.last_at, excluded.last_at)`.execute(db)
  await rollUpErrors(sql`select at, cause, model, operation from error_log where ${day}`).execute(db)
}

/** The day's rollups, counted from its raw rows as the product itself would. */
export const generateRollups = (db: Kysely<Database>, day: string): Promise<void> =>
  createUpkeepStore(db).recount(day, 'hour')

export const settle = async (db: Kysely<Database>): Promise<void> => {
  for (const table of ['attempts', 'error_log', 'error_hours', 'error_causes', 'usage_rollups', 'usage_users'])
    await sql`analyze ${sql.table(table)}`.execute(db)
}

export const sizes = async (db: Kysely<Database>): Promise<{ name: string; rows: number; megabytes: number }[]> => {
  const { rows } = await sql<{ name: string; rows: number; megabytes: number }>`
    with parts as (
      select coalesce(parent.relname, one.relname) as name, one.reltuples, pg_total_relation_size(one.oid) as bytes
      from pg_class one left join pg_inherits on inhrelid = one.oid left join pg_class parent on parent.oid = inhparent
      where one.relkind = 'r' and coalesce(parent.relname, one.relname) in
        ('attempts', 'error_log', 'error_hours', 'error_causes', 'usage_rollups', 'usage_users')
    )
    select name, sum(greatest(reltuples, 0))::bigint as rows, (sum(bytes) / 1e6)::float8 as megabytes
    from parts group by name order by name`.execute(db)
  return rows
}
