/** Records of calls to models: their writer, what is read from them, and their upkeep. */
import { join } from 'node:path'
import type { Kysely } from 'kysely'
import type { Config } from '../config.ts'
import type { Database } from '../db/types.ts'
import { combineMeters, type Meter, type OnRefusal } from '../gateway/index.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { createErrorLogStore, type ErrorLogStore } from '../models/error-log/error-log.store.ts'
import type { ScheduledTask } from '../models/schedules/task.ts'
import { createBatchStore } from '../models/usage/recorder/batch.store.ts'
import { createModelStatistics, type ModelStatistics } from '../models/usage/model-statistics.ts'
import { createPartitionsStore, daysFrom } from '../models/usage/partitions.store.ts'
import { createUsageRecorder, type UsageRecorder } from '../models/usage/recorder/recorder.ts'
import { createSpool } from '../models/usage/recorder/spool.ts'
import { createUpkeepTask } from '../models/usage/upkeep.ts'
import { createUpkeepStore } from '../models/usage/upkeep.store.ts'
import { createUsageStore, type UsageStore } from '../models/usage/usage.store.ts'

export interface UsageRoom {
  /** Told of every call to a model. */
  readonly meter: Meter
  /** The same, for calls that nobody asked for but the server itself, to see whether a model answers. */
  readonly probeMeter: Meter
  /** Told of requests that ended before any model was called. */
  readonly refuse: OnRefusal
  readonly recorder: UsageRecorder
  readonly statistics: ModelStatistics
  readonly store: UsageStore
  readonly errors: ErrorLogStore
  readonly tasks: readonly ScheduledTask[]
  /** Now and then: takes over what ended processes left, and reads the statistics again. */
  refresh(): Promise<void>
  close(): Promise<void>
}

export interface UsageRoomDeps {
  readonly config: Pick<Config, 'monitoring'>
  readonly db: Kysely<Database>
  /** Of this process; the spool is a folder in it. */
  readonly directory: string
  /** Others that want to hear of every call: metrics, traces. */
  readonly meters: readonly Meter[]
  readonly clock: Clock
  readonly logger: Logger
}

/** How often a process reads what all of them recorded. */
export const USAGE_REFRESH_MS = 60_000
const DAYS_AHEAD = 2

export const createUsageRoom = async (deps: UsageRoomDeps): Promise<UsageRoom> => {
  const { config, db, clock, logger } = deps
  const { errorPayload, retentionDays, spoolBytes } = config.monitoring
  const partitions = createPartitionsStore(db)
  await partitions.ensure(daysFrom(clock.now(), DAYS_AHEAD))
  const recorder = createUsageRecorder({
    batches: createBatchStore(db),
    partitions,
    spool: createSpool(join(deps.directory, 'usage')),
    policy: errorPayload,
    limits: { spoolBytes },
    clock,
    logger,
  })
  const store = createUsageStore(db)
  const statistics = createModelStatistics({ store, clock })
  await statistics.load()
  const meter = combineMeters(recorder, ...deps.meters)
  return {
    meter,
    probeMeter: { record: (record) => meter.record({ ...record, labels: { operation: 'probe', ...record.labels } }) },
    refuse: recorder.refuse,
    recorder,
    statistics,
    store,
    errors: createErrorLogStore(db),
    tasks: [createUpkeepTask({ partitions, store: createUpkeepStore(db), retentionDays, clock })],
    async refresh() {
      await recorder.adopt()
      await statistics.load()
    },
    close: () => recorder.close(),
  }
}
