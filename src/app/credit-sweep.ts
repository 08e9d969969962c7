/** What nobody goes on with is given back by the calendar, where an administrator sees it; every start does the same once. */
import type { Credits } from '../credits/credits.ts'
import type { ScheduledTask } from '../models/schedules/task.ts'
import { statement } from '../statements/statement.ts'

export const createCreditSweepTask = ({ sweep }: Pick<Credits, 'sweep'>): ScheduledTask => ({
  name: 'credits.sweep',
  description: 'Gives back reserved credits whose work has ended without a word',
  cron: '* * * * *',
  async run() {
    const holds = await sweep()
    return { statement: statement('holds-released', { holds }), result: { holds } }
  },
})
