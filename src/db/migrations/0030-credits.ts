import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const migration: Migration = {
  async up(db) {
    await db.schema
      .createTable('credit_accounts')
      .addColumn('user_id', 'text', (column) => column.primaryKey())
      .addColumn('balance', 'bigint', (column) => column.notNull().check(sql`balance >= 0`))
      .addColumn('held', 'bigint', (column) => column.notNull().check(sql`held >= 0`))
      .addColumn('monthly_limit', 'bigint', (column) => column.check(sql`monthly_limit >= 0`))
      .addColumn('month', 'date', (column) => column.notNull())
      .addColumn('month_spent', 'bigint', (column) => column.notNull())
      .addColumn('updated_at', 'timestamptz', (column) => column.notNull())
      .addCheckConstraint('credit_account_held_within_balance', sql`held <= balance`)
      .execute()
    await db.schema
      .createTable('credit_holds')
      .addColumn('id', 'uuid', (column) => column.primaryKey())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('amount', 'bigint', (column) => column.notNull().check(sql`amount >= 0`))
      .addColumn('remaining', 'bigint', (column) => column.notNull().check(sql`remaining >= 0`))
      .addColumn('status', 'text', (column) => column.notNull().check(sql`status in ('open', 'settled', 'expired')`))
      .addColumn('operation', 'text', (column) => column.notNull())
      .addColumn('transcription_id', 'uuid')
      .addColumn('expires_at', 'timestamptz', (column) => column.notNull())
      .addColumn('created_at', 'timestamptz', (column) => column.notNull())
      .execute()
    await sql`create index credit_hold_open on credit_holds (expires_at) where status = 'open'`.execute(db)
    await db.schema
      .createTable('credit_entries')
      .addColumn('id', 'uuid', (column) => column.primaryKey())
      .addColumn('user_id', 'text', (column) => column.notNull())
      .addColumn('kind', 'text', (column) =>
        column.notNull().check(sql`kind in ('grant', 'hold', 'capture', 'release', 'adjust')`),
      )
      .addColumn('balance_delta', 'bigint', (column) => column.notNull())
      .addColumn('held_delta', 'bigint', (column) => column.notNull())
      .addColumn('hold_id', 'uuid')
      .addColumn('idempotency_key', 'text', (column) => column.notNull().unique())
      .addColumn('operation', 'text')
      .addColumn('provider', 'text')
      .addColumn('model', 'text')
      .addColumn('transcription_id', 'uuid')
      .addColumn('reason', 'text', (column) => column.notNull())
      .addColumn('breakdown', 'jsonb', (column) => column.notNull())
      .addColumn('made_by', 'text')
      .addColumn('created_at', 'timestamptz', (column) => column.notNull())
      .execute()
    await db.schema
      .createIndex('credit_entry_of_user')
      .on('credit_entries')
      .columns(['user_id', 'created_at desc', 'id desc'])
      .execute()
    await sql`
      create function credit_entry_is_final() returns trigger language plpgsql as
      $$ begin raise exception 'the credit ledger only grows'; end $$`.execute(db)
    await sql`
      create trigger credit_entry_only_grows before update or delete on credit_entries
      for each row execute function credit_entry_is_final()`.execute(db)
  },
}
