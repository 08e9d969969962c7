/** Recordings, wired: the domain's functions for pages and commands, the handlers for workers, the sweep for the start. */
import type { JobRegistration } from '../jobs/registry.ts'
import type { TranscriptionsDependencies } from './dependencies.ts'
import { createEditing } from './editing.ts'
import { createNotices, type Notice } from './events.ts'
import { createReading } from './reading.ts'
import { createSteering } from './steering.ts'
import { subscribe } from './subscription.ts'
import { createTakingIn } from './taking-in.ts'
import { createTemplates, type Templates } from './templates/templates.ts'
import type { Transcriptions } from './transcriptions.ts'
import { createActiveWork } from './work/active-work.ts'
import { createJobHandlers } from './work/job-handlers.ts'
import { createSlots } from './work/slots.ts'
import { sweep } from './work/sweep.ts'
import type { Workshop } from './work/work.ts'

export interface TranscriptionsRoom extends Transcriptions {
  readonly templates: Templates
  /** For `createWorker`; the jobs' definitions are `transcriptionJobs`. */
  readonly handlers: readonly JobRegistration[]
  /** Puts in order what a crash left behind. For one process at its start, beside the worker. */
  sweep(): Promise<void>
  /** Ends all subscriptions. Work is ended by the worker that runs it. */
  close(): Promise<void>
}

/** Resolves once live events arrive. */
export const createTranscriptions = async (deps: TranscriptionsDependencies): Promise<TranscriptionsRoom> => {
  const notices = createNotices(deps)
  const active = createActiveWork()
  const shop: Workshop = { ...deps, notices, active, recognitionSlots: createSlots(deps.limits.parallelRecognitions) }
  const closing = new AbortController()
  await notices.start()
  notices.subscribe((notice: Notice) => {
    if (notice.kind === 'stop') active.stop(notice.textId ?? notice.id)
  })
  return {
    ...createTakingIn(shop),
    ...createReading(shop),
    ...createEditing(shop),
    ...createSteering(shop),
    templates: createTemplates(shop),
    events: (userId, { transcriptionId, signal }) =>
      subscribe(shop, { userId, transcriptionId, signal: AbortSignal.any([signal, closing.signal]) }),
    handlers: createJobHandlers(shop),
    sweep: () => sweep(shop),
    async close() {
      closing.abort()
      await notices.close()
    },
  }
}
