/** The rooms behind the steering routes on a real database, with nothing to do by the calendar and no way out. */
import type { OpenedDatabase } from '../../src/db/open.ts'
import type { Steering } from '../../src/http/dependencies.ts'
import { createEncryption } from '../../src/lib/encryption.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createId } from '../../src/lib/ids.ts'
import { createAlerts } from '../../src/models/alerts/alerts.ts'
import { createChannels } from '../../src/models/alerts/channels/channels.ts'
import { createSender } from '../../src/models/alerts/channels/sender.ts'
import { createDisablementsStore } from '../../src/models/auto-disable/disablements.store.ts'
import { createSchedules } from '../../src/models/schedules/schedules.ts'

export const createQuietSteering = ({ db }: Pick<OpenedDatabase, 'db'>): Steering => {
  const clock = systemClock
  const sender = createSender({ smtpUrl: undefined, from: undefined, allowed: [], clock })
  const channels = createChannels({ db, encryption: createEncryption(['e'.repeat(40)]), sender, clock })
  const queue = { send: () => Promise.resolve(createId()) }
  return {
    schedules: createSchedules({ db, queue, tasks: [], timeZone: 'UTC', clock }),
    alerts: createAlerts({ db, channels, clock }),
    disablements: createDisablementsStore(db).list,
  }
}
