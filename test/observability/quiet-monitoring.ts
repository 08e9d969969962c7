/** What stands behind the monitoring routes on a real database: records that a test writes, and an empty catalog. */
import { createMetrics } from '../../src/app/metrics.ts'
import type { OpenedDatabase } from '../../src/db/open.ts'
import type { ModelRow } from '../../src/gateway/index.ts'
import type { Monitoring } from '../../src/http/dependencies.ts'
import { systemClock, type Clock } from '../../src/lib/clock.ts'
import { createErrorLog } from '../../src/models/error-log/error-log.ts'
import { createErrorLogStore } from '../../src/models/error-log/error-log.store.ts'
import { errorRateState } from '../../src/http/contract/error-rate.ts'
import { createModelsHealth } from '../../src/models/usage/models-health.ts'
import type { UsageRecorder } from '../../src/models/usage/recorder/recorder.ts'
import { createUsage } from '../../src/models/usage/usage.ts'
import { createUsageStore } from '../../src/models/usage/usage.store.ts'

const idleRecorder: Pick<UsageRecorder, 'id' | 'counts' | 'flush'> = {
  id: '00000000-0000-7000-8000-000000000000',
  counts: () => ({ recorded: 0, dropped: 0, waiting: 0 }),
  flush: () => Promise.resolve(),
}

interface Options {
  readonly token?: string
  readonly recorder?: typeof idleRecorder
  readonly rows?: readonly ModelRow[]
  readonly clock?: Clock
  readonly refuse?: Monitoring['refuse']
}

export const createQuietMonitoring = (
  { db }: Pick<OpenedDatabase, 'db'>,
  { token, recorder = idleRecorder, rows = [], clock = systemClock, refuse = () => {} }: Options = {},
): Monitoring => {
  const store = createUsageStore(db)
  const errors = createErrorLogStore(db)
  const names = {
    model: (provider: string, key: string) =>
      rows.find((row) => row.provider === provider && row.key === key)?.displayName ?? key,
    provider: (id: string) => id,
    users: () => Promise.resolve(new Map<string, string>()),
  }
  const usage = createUsage({ store, recorder, clock, names })
  const metrics = createMetrics()
  return {
    usage,
    errors: createErrorLog({ store: errors, recorder, clock }),
    token,
    health: createModelsHealth({
      store,
      errors,
      recorder: () => usage.recorder(),
      rows: () => rows,
      unavailableReason: ({ removalReason }) => removalReason,
      providers: [],
      notSetUp: () => null,
      judge: errorRateState,
      clock,
    }),
    async live() {
      const at = new Date(clock.now()).toISOString()
      return { at, ...(await usage.now()), queue: [], breakers: [], recorder: await usage.recorder() }
    },
    async metrics() {
      const credits = { balance: 0, held: 0, spent: 0 }
      const text = await metrics.text({ breakers: [], queue: [], recorder: await usage.recorder(), credits })
      return { contentType: metrics.contentType, text }
    },
    refuse,
    observer: {
      begin({ method, route }, next) {
        next()
        return ({ status, durationMs }) => metrics.answered({ method, route, status, durationMs })
      },
    },
  }
}
