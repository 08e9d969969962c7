/** Finds attempts of a span of minutes without reading the whole day: rows come in the order of time, so a BRIN is enough. */
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const migration: Migration = {
  async up(db) {
    await sql`
      create index attempt_at on attempts using brin (at) with (pages_per_range = 32, autosummarize = on)
    `.execute(db)
  },
}
