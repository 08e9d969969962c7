/** What a reservation is for, so that a second try at the same work goes on with it; real cost beside each charge. */
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const migration: Migration = {
  async up(db) {
    await sql`alter table credit_holds add column work_id text`.execute(db)
    await sql`create unique index credit_hold_of_work on credit_holds (work_id) where status = 'open'`.execute(db)
    await sql`
      create index credit_hold_of_transcription on credit_holds (transcription_id) where status = 'open'`.execute(db)
    await sql`alter table credit_entries
      add column work_id text,
      add column cost_microcents bigint,
      add column cost_unknown boolean not null default false`.execute(db)
    await sql`
      create index credit_entry_of_work on credit_entries (work_id) where work_id is not null`.execute(db)
    await sql`
      create index credit_entry_spent on credit_entries (created_at) where kind = 'capture'`.execute(db)
  },
}
