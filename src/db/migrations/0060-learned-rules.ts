/** What was learned is a whole rule, no longer a field to leave out; rows from before mean the latter. */
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const migration: Migration = {
  async up(db) {
    await sql`alter table learned_rules add column rules jsonb`.execute(db)
    await sql`update learned_rules set rules = jsonb_build_object('drop', jsonb_build_array(field))`.execute(db)
    await sql`alter table learned_rules alter column rules set not null`.execute(db)
  },
}
