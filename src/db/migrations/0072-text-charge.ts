/** What was charged for a text stands with the text. */
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const migration: Migration = {
  async up(db) {
    await sql`alter table transcription_texts add column charge jsonb`.execute(db)
    // How long such texts took: for the estimate before a run.
    await sql`
      create index transcription_text_pace on transcription_texts (kind, provider, model, created_at desc)
      where status = 'done'`.execute(db)
  },
}
