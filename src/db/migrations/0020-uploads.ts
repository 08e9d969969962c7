/** Resumable uploads. */
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const migration: Migration = {
  async up(db) {
    await sql`
      create table uploads (
        id text primary key,
        owner_id uuid not null references users (id) on delete cascade,
        file_name text not null,
        media_type text,
        size_bytes bigint,
        options jsonb not null,
        state text not null default 'uploading' check (state in ('uploading', 'completed', 'rejected')),
        transcription_id uuid,
        error jsonb,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        finished_at timestamptz
      )`.execute(db)
    await sql`create index uploads_expires_at on uploads (expires_at)`.execute(db)
    await sql`create index uploads_owner_id on uploads (owner_id)`.execute(db)
  },
}
