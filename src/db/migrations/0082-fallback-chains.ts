/** Who is asked when a model fails, per user and operation; and why each request went where it went. */
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const migration: Migration = {
  async up(db) {
    // No user: the chain of the house. The operation `last-resort` of the house holds the last resort.
    await sql`
      create table fallback_chains (
        id uuid primary key,
        user_id text,
        operation text not null,
        models jsonb not null,
        last_resort boolean not null,
        updated_at timestamptz not null
      )`.execute(db)
    await sql`
      create unique index fallback_chain_of on fallback_chains (coalesce(user_id, ''), operation)`.execute(db)
    await sql`
      create table routing_decisions (
        id uuid primary key,
        request_id text not null,
        created_at timestamptz not null,
        operation text,
        user_id text,
        transcription_id uuid,
        text_id uuid,
        asked text not null,
        chain text not null,
        targets jsonb not null,
        skipped jsonb not null,
        provider text,
        model text,
        fallback_used boolean not null,
        error_code text
      )`.execute(db)
    await sql`create index routing_decision_by_time on routing_decisions (created_at desc, id desc)`.execute(db)
    await sql`create index routing_decision_of_request on routing_decisions (request_id)`.execute(db)
    await sql`
      create index routing_decision_of_transcription on routing_decisions (transcription_id, created_at desc)
      where transcription_id is not null`.execute(db)
  },
}
