/** Database and catalog without queue, speech and pages: what commands about models need. A running server may stay up. */
import type { Config } from '../config.ts'
import { migrate } from '../db/migrate.ts'
import { openDatabase, type OpenedDatabase } from '../db/open.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { createAi, type Ai } from './ai.ts'
import { createModelLife, type ModelLife } from './model-life.ts'
import type { ModelAdmin } from '../models/administration/model-admin.ts'
import { AppError } from '../errors.ts'

export interface CatalogOnly {
  readonly db: OpenedDatabase['db']
  readonly ai: Ai
  readonly life: ModelLife
  readonly admin: ModelAdmin
  close(): Promise<void>
}

interface Options {
  readonly config: Config
  readonly clock: Clock
  readonly logger: Logger
  readonly signal?: AbortSignal
}

/** A handful: one for each provider that is written at once. */
const POOL_SIZE = 8

export const openCatalogOnly = async ({ config, clock, logger, signal }: Options): Promise<CatalogOnly> => {
  const { url } = config.database
  const where = url === undefined ? { embedded: { dataDirectory: config.data.directory, exclusive: false } } : { url }
  const database = await openDatabase({ ...where, poolSize: POOL_SIZE, logger, clock, ...(signal && { signal }) })
  try {
    await migrate(database.db)
    const ai = await createAi({ config, db: database.db, clock, logger })
    const life = createModelLife({ config, db: database.db, ai, clock, logger })
    const noQueue = () => Promise.reject(new AppError('internal', 'A command has no queue'))
    return { db: database.db, ai, life, admin: life.createAdmin({ send: noQueue }), close: () => database.close() }
  } catch (error) {
    await database.close().catch(() => {})
    throw error
  }
}
