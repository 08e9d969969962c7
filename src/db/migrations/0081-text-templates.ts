/** Prompts that a user keeps for texts. */
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const migration: Migration = {
  async up(db) {
    await sql`
      create table text_templates (
        id uuid primary key,
        user_id text not null,
        name text not null,
        kind text not null,
        prompt text not null,
        created_at timestamptz not null,
        updated_at timestamptz not null
      )`.execute(db)
    await sql`create unique index text_template_name on text_templates (user_id, lower(name))`.execute(db)
  },
}
