/** Who asked a sync to stop: it ends after the questions that are under way. */
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const migration: Migration = {
  async up(db) {
    await sql`alter table model_sync_runs add column stopped_by text`.execute(db)
  },
}
