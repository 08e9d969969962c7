/** One run of the timetable as a job: done once, however often it is delivered. */
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { Database } from '../../db/types.ts'
import { toAppError } from '../../errors.ts'
import { defineJob } from '../../jobs/definition.ts'
import { handleJob, type JobRegistration } from '../../jobs/registry.ts'
import type { Clock } from '../../lib/clock.ts'
import { createScheduleRunsStore, type RunEnd, type ScheduleRun } from './schedule-runs.store.ts'
import type { ScheduledTask } from './task.ts'

const RETRIES = 2

export const scheduledRunJob = defineJob({
  name: 'schedules.run',
  payload: z.object({ runId: z.uuid(), schedule: z.string() }),
  retry: { limit: RETRIES, delaySeconds: 30 },
  // A long one must not keep the short ones waiting.
  concurrency: 8,
  // One of a kind at a time in the whole installation.
  singletonKey: ({ schedule }) => schedule,
})

export interface ScheduledRunDeps {
  readonly db: Kysely<Database>
  /** Throws for a name that is no schedule. */
  readonly taskOf: (name: string) => ScheduledTask
  readonly clock: Clock
  /** Hears of every run that failed for good, and of every one that went well. */
  readonly onEnded?: (run: ScheduleRun) => Promise<void>
}

const isPermanent = (thrown: unknown): boolean => {
  const { code, entry } = toAppError(thrown)
  return code !== 'internal' && entry.retry === 'never'
}

export const createScheduledRunHandler = ({ db, taskOf, clock, onEnded }: ScheduledRunDeps): JobRegistration => {
  const runs = createScheduleRunsStore(db)
  return handleJob(scheduledRunJob, async ({ payload: { runId, schedule }, attempt, signal }) => {
    const run = await runs.find(runId)
    // Delivered twice, or of a version that knew more tasks.
    if (run === undefined || run.endedAt !== null) return
    await runs.begin(runId, new Date(clock.now()))
    const end = async (ended: Omit<RunEnd, 'now'>): Promise<void> => {
      await runs.end(runId, { ...ended, now: new Date(clock.now()) })
      await runs.prune(schedule)
      const whole = await runs.find(runId)
      if (whole !== undefined && ended.state !== 'waiting') await onEnded?.(whole)
    }
    try {
      const { dueAt, trigger, startedBy } = run
      const outcome = await taskOf(schedule).run({ runId, dueAt, trigger, startedBy, signal })
      await end({ state: 'done', statement: outcome.statement, result: outcome.result ?? {}, failure: null })
    } catch (thrown) {
      // Handed over to another process: it goes on there.
      if (signal.aborted) throw thrown
      const isLast = attempt >= RETRIES || isPermanent(thrown)
      const failure = toAppError(thrown)
      await end({ state: isLast ? 'failed' : 'waiting', statement: null, result: null, failure })
      throw thrown
    }
  })
}
