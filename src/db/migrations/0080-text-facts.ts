/** What a text says of its making: warnings of checks, how it was cut, why this model; and the times of a translation. */
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const migration: Migration = {
  async up(db) {
    await sql`
      alter table transcription_texts
        add column warnings jsonb not null default '[]',
        add column plan jsonb,
        add column decision jsonb,
        add column timed jsonb`.execute(db)
  },
}
