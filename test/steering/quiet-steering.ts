/** The rooms behind the steering routes on a real database, with nothing to do by the calendar and no way out. */
import type { OpenedDatabase } from '../../src/db/open.ts'
import { AppError } from '../../src/errors.ts'
import type { Catalog } from '../../src/gateway/index.ts'
import type { Steering } from '../../src/http/dependencies.ts'
import { createEncryption } from '../../src/lib/encryption.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { createId } from '../../src/lib/ids.ts'
import { createAlerts } from '../../src/models/alerts/alerts.ts'
import { createChannels } from '../../src/models/alerts/channels/channels.ts'
import { createSender } from '../../src/models/alerts/channels/sender.ts'
import { createDisablementsStore } from '../../src/models/auto-disable/disablements.store.ts'
import { createReportsStore } from '../../src/models/reports/reports.store.ts'
import { createRollouts } from '../../src/models/rollout/rollouts.ts'
import { createSelection } from '../../src/models/selection/selection.ts'
import type { ScheduledTask } from '../../src/models/schedules/task.ts'
import { createSchedules } from '../../src/models/schedules/schedules.ts'

interface Options {
  readonly tasks?: readonly ScheduledTask[]
  readonly catalog?: Pick<Catalog, 'find'>
  /** Networks that a webhook may be in. */
  readonly allowed?: readonly string[]
}

export const createQuietSteering = (
  { db }: Pick<OpenedDatabase, 'db'>,
  { tasks = [], catalog = { find: () => null }, allowed = [] }: Options = {},
): Steering => {
  const clock = systemClock
  const sender = createSender({ smtpUrl: undefined, from: undefined, allowed, clock })
  const channels = createChannels({ db, encryption: createEncryption(['e'.repeat(40)]), sender, clock })
  const queue = { send: () => Promise.resolve(createId()) }
  return {
    schedules: createSchedules({ db, queue, tasks, timeZone: 'UTC', clock }),
    alerts: createAlerts({ db, channels, clock }),
    disablements: createDisablementsStore(db).list,
    reports: {
      list: createReportsStore(db).list,
      find: () => Promise.reject(new AppError('not-found', 'There is no such report')),
    },
    rollouts: createRollouts({ db, catalog, clock, logger: silentLogger }),
    selection: createSelection({
      rows: () => [],
      health: () => ({ requests: 0, errorRate: 0, averageMs: null }),
      medianMs: () => null,
      whyNot: () => null,
      byNameOnly: [],
    }),
  }
}
