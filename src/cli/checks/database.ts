/** The database: can it be opened, and has it the newest schema. */
import { migrations } from '../../db/migrations/index.ts'
import { describeUrl, openDatabase } from '../../db/open.ts'
import { toAppError, type AppError } from '../../errors.ts'
import type { Check } from './check.ts'

const CONNECT_TIMEOUT_MS = 5_000

/** What whoever runs the doctor can do; the table's advice is for those who only use the server. */
const adviceFor = (error: AppError, url: string | undefined): string => {
  if (error.code !== 'database-unavailable') return error.entry.advice
  return url === undefined
    ? 'Read the log that is named, and free disk space if it is short. Or set DATABASE_URL to a PostgreSQL server (15 or later).'
    : 'Start PostgreSQL there, and check host, port, user, password and database in DATABASE_URL. Or remove it to use the embedded database.'
}

export const checkDatabase: Check = async ({ config, signal }) => {
  const { url } = config.database
  const where = url === undefined ? `embedded in ${config.data.directory}` : describeUrl(url)
  try {
    const options = url === undefined ? { embedded: { dataDirectory: config.data.directory } } : { url }
    const database = await openDatabase({ ...options, poolSize: 1, connectTimeoutMs: CONNECT_TIMEOUT_MS, signal })
    try {
      const { rows } = await database.pool.query<{ version: string; migrated: boolean }>(
        `select current_setting('server_version') as version, to_regclass('kysely_migration') is not null as migrated`,
      )
      const done = rows[0]?.migrated
        ? (await database.pool.query<{ name: string }>('select name from kysely_migration')).rows.map(
            ({ name }) => name,
          )
        : []
      const missing = Object.keys(migrations).filter((name) => !done.includes(name))
      const state =
        missing.length === 0 ? 'schema up to date' : `${missing.length} changes of the schema wait for the next start`
      const message = `PostgreSQL ${rows[0]?.version}, ${where}, ${state}`
      return [{ name: 'database', status: 'ok', message, details: { missing } }]
    } finally {
      await database.close()
    }
  } catch (thrown) {
    const error = toAppError(thrown)
    return [
      {
        name: 'database',
        status: 'failed',
        message: error.message,
        advice: adviceFor(error, url),
        details: error.details,
      },
    ]
  }
}
