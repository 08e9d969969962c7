/** The sync as a durable job, when an administrator asks; the timetable's is in `sync-task.ts`. One runs at a time. */
import { z } from 'zod'
import { defineJob } from '../../jobs/definition.ts'
import type { Queue } from '../../jobs/queue.ts'
import { handleJob, type JobRegistration } from '../../jobs/registry.ts'
import { AppError } from '../../errors.ts'
import type { Clock } from '../../lib/clock.ts'
import { newRunId, type ModelSync } from './model-sync.ts'
import type { NewRun } from './sync-catalog.ts'

const probePlanSchema = z.object({
  which: z.enum(['unconfirmed', 'active']),
  most: z.int(),
  budgetMicrocents: z.number(),
})

export const modelSyncJob = defineJob({
  name: 'models.sync',
  payload: z.object({
    /** Left out by the timetable. */
    runId: z.uuid().optional(),
    trigger: z.enum(['admin', 'schedule']),
    startedBy: z.string().nullable().default(null),
    providers: z.array(z.string()).optional(),
    probe: z.union([z.boolean(), probePlanSchema]).default(false),
  }),
  retry: { limit: 3, delaySeconds: 30 },
  concurrency: 1,
  singletonKey: () => 'models.sync',
})

export const modelJobs = [modelSyncJob] as const

export const createModelJobHandlers = (sync: Pick<ModelSync, 'run'>): readonly JobRegistration[] => [
  handleJob(modelSyncJob, async ({ payload, jobId, signal }) => {
    // The job's own id: a second delivery of the timetable's job is the same run.
    const { runId = jobId, ...run } = payload
    await sync.run({ id: runId, ...run }, signal)
  }),
]

/** Starts a sync in the background. `conflict` while one waits or runs already. */
export const startModelSync = async (
  deps: { readonly queue: Pick<Queue, 'send'>; readonly sync: ModelSync; readonly clock: Clock },
  request: Pick<NewRun, 'providers' | 'probe' | 'startedBy'>,
): Promise<string> => {
  const { queue, sync, clock } = deps
  sync.checkProviders(request.providers)
  const runId = newRunId(clock)
  const jobId = await queue.send(modelSyncJob, {
    runId,
    trigger: 'admin',
    startedBy: request.startedBy,
    probe: request.probe ?? false,
    ...(request.providers !== undefined && { providers: [...request.providers] }),
  })
  if (jobId === undefined) throw new AppError('conflict', 'A sync is waiting or running already')
  await sync.announce({ id: runId, trigger: 'admin', ...request })
  return runId
}
