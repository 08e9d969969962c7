/** Puts the fortnight's history into the demo's own database, beside the running server. */
import { loadConfig, projectDirectory } from '../../src/config.ts'
import { openDatabase } from '../../src/db/open.ts'
import { seedMonitoring } from './seed-monitoring.ts'

/** `environment` is what the demo's server was started with. */
export const seedDemo = async (environment: NodeJS.ProcessEnv): Promise<void> => {
  const config = await loadConfig({ environment, directory: projectDirectory })
  const { url } = config.database
  const database = await openDatabase({
    ...(url === undefined ? { embedded: { dataDirectory: config.data.directory, exclusive: false } } : { url }),
    poolSize: 2,
  })
  try {
    await seedMonitoring(database.db, { nowMs: Date.now() })
  } finally {
    await database.close()
  }
}
