/** Providers whose list could not be read, or was not believed, when it was last asked for: until it is read again. */
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const migration: Migration = {
  async up(db) {
    await sql`
      create table unread_lists (
        provider text primary key,
        at timestamptz not null,
        error_code text,
        message text not null
      )`.execute(db)
  },
}
