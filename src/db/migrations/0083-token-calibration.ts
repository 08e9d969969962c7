/** How far our count of tokens is off per model, as learned from what providers report. */
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const migration: Migration = {
  async up(db) {
    await sql`
      create table token_calibrations (
        model text primary key,
        count integer not null,
        mean double precision not null,
        spread double precision not null,
        updated_at timestamptz not null
      )`.execute(db)
  },
}
