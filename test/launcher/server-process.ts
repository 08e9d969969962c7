/**
 * A process that holds the embedded database of a folder as the server does, and reports to its parent: `ready` or the
 * error's code. Ends in order on SIGTERM, and at once with its parent. Arguments: folder, and `exclusive` for what a server asks.
 */
import { migrate } from '../../src/db/migrate.ts'
import { openDatabase } from '../../src/db/open.ts'
import { toAppError } from '../../src/errors.ts'

const [dataDirectory = '', mode = ''] = process.argv.slice(2)
// A holder that outlives its test would keep the test run waiting for its output.
process.once('disconnect', () => process.exit(1))
process.channel?.unref()
try {
  const database = await openDatabase({ embedded: { dataDirectory, exclusive: mode === 'exclusive' } })
  await migrate(database.db)
  process.once('SIGTERM', () => void database.close().then(() => process.exit(0)))
  process.send?.({ state: 'ready' })
} catch (thrown) {
  const { code, message, details } = toAppError(thrown)
  process.send?.({ state: 'failed', code, message, details })
  process.exitCode = 1
}
