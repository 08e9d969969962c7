/** Brings a database to the newest schema. Several processes may do so at once: the first one works, the others wait. */
import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { AppError } from '../errors.ts'
import { migrations } from './migrations/index.ts'

/** Runs what is missing, all in one transaction, and returns the names that ran. */
export const migrate = async <Tables>(db: Kysely<Tables>): Promise<string[]> => {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
    // Branches that were made side by side may bring an older number later.
    allowUnorderedMigrations: true,
  })
  const { error, results } = await migrator.migrateToLatest()
  const failed = results?.find((result) => result.status === 'Error')
  if (error !== undefined) {
    throw new AppError(
      'database-unavailable',
      `The database could not be brought up to date${failed ? ` (step ${failed.migrationName})` : ''}`,
      {
        cause: error,
        details: { migration: failed?.migrationName },
      },
    )
  }
  return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName)
}
