/**
 * Every call to a model: raw rows and failures in partitions by day (UTC), so that dropping a day is instant, and rollups
 * with sketches for percentiles that are kept up in the transaction that writes the raw rows.
 */
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const migration: Migration = {
  async up(db) {
    await sql`
      create table attempts (
        id uuid not null,
        at timestamptz not null,
        provider text not null,
        model text not null,
        operation text not null,
        kind text not null check (kind in ('chat', 'embed', 'transcribe', 'image')),
        outcome text not null check (outcome in ('answered', 'failed', 'cancelled', 'skipped')),
        error_code text,
        blame text check (blame in ('caller', 'provider', 'us')),
        status integer,
        credential_id text,
        credential text,
        user_id text,
        request_id text not null,
        transcription_id uuid,
        text_id uuid,
        duration_ms integer not null,
        first_token_ms integer,
        input_tokens integer,
        cached_tokens integer,
        output_tokens integer,
        reasoning_tokens integer,
        cost_microcents bigint,
        reason text not null
      ) partition by range (at)`.execute(db)
    await sql`create index attempt_of_request on attempts (request_id)`.execute(db)
    await sql`create index attempt_of_transcription on attempts (transcription_id)
      where transcription_id is not null`.execute(db)
    await sql`
      create table error_log (
        id uuid not null,
        at timestamptz not null,
        provider text not null,
        model text not null,
        operation text not null,
        code text not null,
        blame text not null check (blame in ('caller', 'provider', 'us')),
        message text not null,
        status integer,
        credential text,
        duration_ms integer not null,
        user_id text,
        request_id text not null,
        transcription_id uuid,
        cause text not null,
        payload_policy text not null check (payload_policy in ('off', 'metadata', 'full')),
        payload jsonb,
        words tsvector generated always as (to_tsvector('simple', message)) stored,
        primary key (id, at)
      ) partition by range (at)`.execute(db)
    await sql`create index error_newest on error_log (at desc, id desc)`.execute(db)
    await sql`create index error_of_cause on error_log (cause, at desc, id desc)`.execute(db)
    await sql`create index error_of_model on error_log (provider, model, at desc, id desc)`.execute(db)
    await sql`create index error_of_code on error_log (code, at desc, id desc)`.execute(db)
    await sql`create index error_of_operation on error_log (operation, at desc, id desc)`.execute(db)
    await sql`create index error_of_request on error_log (request_id)`.execute(db)
    await sql`create index error_of_user on error_log (user_id, at desc)`.execute(db)
    await sql`create index error_of_transcription on error_log (transcription_id)
      where transcription_id is not null`.execute(db)
    await sql`create index error_words on error_log using gin (words)`.execute(db)
    await sql`
      create table error_causes (
        cause text primary key,
        provider text not null,
        code text not null,
        blame text not null,
        status integer,
        message text not null,
        first_at timestamptz not null,
        last_at timestamptz not null
      )`.execute(db)
    await sql`
      create table error_hours (
        hour timestamptz not null,
        cause text not null,
        model text not null,
        operation text not null,
        count bigint not null,
        first_at timestamptz not null,
        last_at timestamptz not null,
        primary key (hour, cause, model, operation)
      ) with (fillfactor = 80)`.execute(db)
    await sql`
      create table usage_rollups (
        grain text not null check (grain in ('minute', 'hour', 'day')),
        level text not null check (level in ('all', 'provider', 'model', 'operation', 'each')),
        start timestamptz not null,
        provider text not null,
        model text not null,
        operation text not null,
        attempts bigint not null,
        answered bigint not null,
        failed bigint not null,
        provider_failed bigint not null,
        cancelled bigint not null,
        skipped bigint not null,
        duration_sum_ms bigint not null,
        input_tokens bigint not null,
        cached_tokens bigint not null,
        output_tokens bigint not null,
        reasoning_tokens bigint not null,
        cost_microcents bigint not null,
        unpriced bigint not null,
        durations bigint[] not null,
        first_tokens bigint[] not null,
        primary key (grain, level, start, provider, model, operation)
      ) with (fillfactor = 70)`.execute(db)
    await sql`create index usage_rollup_of_model on usage_rollups (provider, model, grain, level, start)`.execute(db)
    await sql`
      create table usage_users (
        day timestamptz not null,
        user_id text not null,
        operation text not null,
        attempts bigint not null,
        answered bigint not null,
        failed bigint not null,
        provider_failed bigint not null,
        cancelled bigint not null,
        skipped bigint not null,
        duration_sum_ms bigint not null,
        input_tokens bigint not null,
        cached_tokens bigint not null,
        output_tokens bigint not null,
        reasoning_tokens bigint not null,
        cost_microcents bigint not null,
        unpriced bigint not null,
        primary key (day, user_id, operation)
      ) with (fillfactor = 80)`.execute(db)
    // What makes writing a batch again harmless.
    await sql`
      create table usage_batches (id uuid primary key, size integer not null, written_at timestamptz not null)
    `.execute(db)
    await sql`
      create table usage_recorders (
        id uuid primary key,
        started_at timestamptz not null,
        seen_at timestamptz not null,
        recorded bigint not null,
        dropped bigint not null,
        waiting bigint not null
      )`.execute(db)
    // A sketch is a list of bucket × 2^40 + count. Bucket b holds times in (1.08^(b-1), 1.08^b] ms: exact to 4 %.
    await sql`
      create function sketch_bucket(ms bigint) returns bigint language sql immutable parallel safe as
      $$ select case when ms <= 1 then 0 else ceil(round((ln(ms::float8) / ln(1.08::float8))::numeric, 9))::bigint end $$
    `.execute(db)
    await sql`
      create function sketch_merge(bigint[], bigint[]) returns bigint[] language sql immutable parallel safe as
      $$
        select case
          when $1 = '{}' then $2
          when $2 = '{}' then $1
          else (
            select array_agg((bucket << 40) + count order by bucket)
            from (
              select cell >> 40 as bucket, sum(cell & 1099511627775)::bigint as count
              from unnest($1 || $2) as cell group by 1
            ) as cells
          )
        end
      $$`.execute(db)
  },
}
