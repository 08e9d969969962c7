/** The words with their times as they were recognized, so that an edited part can be brought back as it was. */
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const migration: Migration = {
  async up(db) {
    await sql`alter table transcription_segments add column original_words jsonb`.execute(db)
  },
}
