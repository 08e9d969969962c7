/** Why a list is held, as a code with its parameters, beside the English sentence. */
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const migration: Migration = {
  async up(db) {
    await sql`alter table held_model_lists add column statement jsonb`.execute(db)
  },
}
