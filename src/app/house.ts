/**
 * Everything below HTTP: database, gateway, speech, queue, recordings, and the worker that does the jobs.
 *
 * The server has one for its life; a command has one for its run, with a folder of its own.
 */
import type { Config } from '../config.ts'
import { migrate } from '../db/migrate.ts'
import { openDatabase, type OpenedDatabase } from '../db/open.ts'
import { createQueue, type Queue } from '../jobs/queue.ts'
import { createWorker } from '../jobs/worker.ts'
import type { Clock } from '../lib/clock.ts'
import type { createLogger } from '../lib/logger.ts'
import type { TranscriptionsRoom } from '../transcription/create-transcriptions.ts'
import { createModelJobHandlers, modelJobs } from '../models/sync/jobs.ts'
import { transcriptionJobs } from '../transcription/work/jobs.ts'
import type { Credits } from '../credits/credits.ts'
import { createAi, type Ai } from './ai.ts'
import { createClosers, type Closers } from './closers.ts'
import { createCountedCredits } from './credits.ts'
import { createCreditSweepTask } from './credit-sweep.ts'
import { version } from './http-settings.ts'
import { createObservation, type Observation } from './metrics-observation.ts'
import { createModelLife, type ModelLife } from './model-life.ts'
import { withNotedRefusals } from './noted-refusals.ts'
import { createRecordings } from './recordings.ts'
import { createSpeech, type Speech } from './speech.ts'
import { createSteering, steeringJobs, type Steering } from './steering.ts'
import { createUsageRoom, type UsageRoom } from './usage.ts'

export interface House {
  readonly config: Config
  readonly logger: ReturnType<typeof createLogger>
  readonly clock: Clock
  readonly database: OpenedDatabase
  readonly observation: Observation
  readonly usage: UsageRoom
  readonly ai: Ai
  readonly modelLife: ModelLife
  readonly speech: Speech
  readonly queue: Queue
  readonly transcriptions: TranscriptionsRoom
  readonly credits: Credits
  readonly steering: Steering
  readonly closers: Closers
  /** Begins to take jobs. */
  startWork(): Promise<void>
}

export interface HouseOptions {
  readonly config: Config
  readonly logger: House['logger']
  readonly clock: Clock
  /** Holds the embedded database and the recordings. */
  readonly directory: string
  /** Refuse a folder that another server has open. */
  readonly exclusive: boolean
}

const open = ({ config, logger, clock, directory, exclusive }: HouseOptions): Promise<OpenedDatabase> => {
  const { url, poolSize } = config.database
  const where = url === undefined ? { embedded: { dataDirectory: directory, exclusive } } : { url }
  return openDatabase({ ...where, poolSize, logger, clock })
}

const build = async (options: HouseOptions, closers: Closers): Promise<House> => {
  const { config, logger, clock, directory } = options
  const database = await open(options)
  closers.add(() => database.close())
  const { db, pool } = database
  const migrated = await migrate(db)
  if (migrated.length > 0) logger.info({ migrated }, 'The database has its newest schema')
  const observation = await createObservation({ config, version, clock })
  closers.add(() => observation.close())
  const usage = await createUsageRoom({ config, db, directory, meters: observation.meters, clock, logger })
  closers.add(() => usage.close())
  const ai = await createAi({ config, db, usage, clock, logger })
  closers.add(() => ai.decisions.flush())
  closers.add(() => ai.keepLearned())
  closers.add(() => ai.rollouts.measuring.flush())
  const modelLife = createModelLife({ config, db, ai, clock, logger })
  const speech = createSpeech(config)
  closers.add(() => speech.close())
  const queue = await createQueue({ db, pool, jobs: [...transcriptionJobs, ...modelJobs, ...steeringJobs], logger })
  closers.add(() => queue.close())
  const credits = createCountedCredits({ config, db, ai, clock, logger })
  const transcriptions = await createRecordings({
    config,
    directory,
    database,
    queue,
    ai,
    speech,
    charging: credits.charging && withNotedRefusals(credits.charging, { refuse: usage.refuse, clock }),
    validation: modelLife.validation,
    clock,
    logger,
  })
  closers.add(() => transcriptions.close())
  const steering = createSteering({
    config,
    directory,
    db,
    queue,
    ai,
    modelLife,
    usage,
    closers,
    tasks: [...usage.tasks, createCreditSweepTask(credits)],
    clock,
    logger,
  })

  const startWork = async (): Promise<void> => {
    await credits.sweep()
    await transcriptions.sweep()
    const worker = await createWorker({
      queue,
      db,
      connectionString: database.connectionString,
      handlers: observation.aroundJobs([
        ...transcriptions.handlers,
        ...createModelJobHandlers(modelLife.sync),
        ...steering.handlers,
      ]),
      concurrency: config.jobs.concurrency,
      logger,
      clock,
    })
    closers.add(() => worker.stop())
  }
  return {
    config,
    logger,
    clock,
    database,
    observation,
    usage,
    ai,
    modelLife,
    speech,
    queue,
    transcriptions,
    credits,
    steering,
    closers,
    startWork,
  }
}

/** Opens it all, or leaves nothing open. */
export const buildHouse = async (options: HouseOptions): Promise<House> => {
  const closers = createClosers()
  try {
    return await build(options, closers)
  } catch (error) {
    await closers.run().catch(() => {})
    throw error
  }
}
