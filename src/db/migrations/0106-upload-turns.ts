/** Until when a process makes a transcription of an upload; another that is told of the same upload waits as long. */
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const migration: Migration = {
  async up(db) {
    await sql`alter table uploads add column finishing_until timestamptz`.execute(db)
  },
}
