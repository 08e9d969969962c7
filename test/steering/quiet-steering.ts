/** The rooms behind the steering routes on a real database, with nothing to do by the calendar. */
import type { OpenedDatabase } from '../../src/db/open.ts'
import type { Steering } from '../../src/http/dependencies.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createId } from '../../src/lib/ids.ts'
import { createSchedules } from '../../src/models/schedules/schedules.ts'

export const createQuietSteering = ({ db }: Pick<OpenedDatabase, 'db'>): Steering => ({
  schedules: createSchedules({
    db,
    queue: { send: () => Promise.resolve(createId()) },
    tasks: [],
    timeZone: 'UTC',
    clock: systemClock,
  }),
})
