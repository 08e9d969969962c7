/** Begins a run of the timetable: the run and its job in one transaction, both or neither. */
import type { Transaction } from 'kysely'
import type { Database } from '../../db/types.ts'
import type { Queue } from '../../jobs/queue.ts'
import type { Clock } from '../../lib/clock.ts'
import { createId } from '../../lib/ids.ts'
import { statement } from '../../statements/statement.ts'
import { createScheduleRunsStore, type ScheduleRun } from './schedule-runs.store.ts'
import { scheduledRunJob } from './scheduled-run.ts'

export interface StartRunDeps {
  readonly queue: Pick<Queue, 'send'>
  readonly clock: Clock
}

type NewRun = Pick<ScheduleRun, 'schedule' | 'trigger' | 'startedBy' | 'dueAt'>

/** The run's id. Undefined when the occurrence has its run, or the last one still goes on. */
export const startRun = async (
  { queue, clock }: StartRunDeps,
  transaction: Transaction<Database>,
  run: NewRun,
): Promise<string | undefined> => {
  const runs = createScheduleRunsStore(transaction)
  const id = createId(clock.now())
  const now = new Date(clock.now())
  if (!(await runs.add({ ...run, id, state: 'waiting' }, now))) return undefined
  const jobId = await queue.send(scheduledRunJob, { runId: id, schedule: run.schedule }, { transaction })
  if (jobId !== undefined) return id
  const why = statement('run-before-goes-on')
  await runs.end(id, { state: 'skipped', statement: why, result: null, failure: null, now })
  return undefined
}
