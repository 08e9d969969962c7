/** Sentences of the server as a code with its parameters, beside the English ones; the error code of a run that failed. */
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

const statements = [
  `alter table alerts add column statement jsonb, add column suppressed_statement jsonb`,
  `alter table schedule_runs add column statement jsonb, add column error_code text`,
  `alter table rollouts add column statement jsonb`,
  `alter table rollout_decisions add column statement jsonb`,
  `alter table weekly_reports add column statement jsonb`,
]

export const migration: Migration = {
  async up(db) {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
