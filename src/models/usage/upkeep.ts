/** Hourly: partitions for the days to come, and an end to what was kept long enough. */
import type { Clock } from '../../lib/clock.ts'
import { statement } from '../../statements/statement.ts'
import type { ScheduledTask } from '../schedules/task.ts'
import { dayOf, daysFrom, type PartitionsStore } from './partitions.store.ts'
import type { UpkeepStore } from './upkeep.store.ts'

const DAY_MS = 86_400_000
/** Made ahead: as many days as nobody may look after the server. The writer makes a missing one itself. */
const DAYS_AHEAD = 4
const MINUTES_KEPT_DAYS = 2
const HOURS_KEPT_DAYS = 100
/** A batch that comes again comes within minutes, or when a server that was off for days is started. */
const BATCHES_KEPT_DAYS = 30

export interface UpkeepDeps {
  readonly partitions: PartitionsStore
  readonly store: Pick<UpkeepStore, 'removeBefore'>
  readonly retentionDays: number
  readonly clock: Clock
}

export const createUpkeepTask = ({ partitions, store, retentionDays, clock }: UpkeepDeps): ScheduledTask => ({
  name: 'usage.upkeep',
  description: 'Prepares the days to come for records of calls, and removes old records',
  cron: '10 * * * *',
  async run() {
    const nowMs = clock.now()
    const ago = (days: number): Date => new Date(nowMs - days * DAY_MS)
    await partitions.ensure(daysFrom(nowMs, DAYS_AHEAD))
    const dropped = await partitions.dropBefore(dayOf(nowMs - retentionDays * DAY_MS))
    const removed = await store.removeBefore({
      minutes: ago(MINUTES_KEPT_DAYS),
      hours: ago(Math.max(HOURS_KEPT_DAYS, retentionDays)),
      errors: ago(retentionDays),
      batches: ago(BATCHES_KEPT_DAYS),
    })
    const rows = removed.reduce((sum, one) => sum + one.rows, 0)
    const told = statement('upkeep-done', { partitions: dropped.length, rows })
    return { statement: told, result: { dropped, removed: rows } }
  },
})
