import type { Migration } from 'kysely/migration'

export const migration: Migration = {
  async up(db) {
    await db.schema
      .createTable('job_claim')
      .addColumn('job_id', 'uuid', (column) => column.primaryKey())
      .addColumn('queue', 'text', (column) => column.notNull())
      .addColumn('attempt', 'integer', (column) => column.notNull())
      .addColumn('worker_key', 'integer', (column) => column.notNull())
      .execute()
  },
}
