/** What a worker does with a job of ours: works under a name that can be stopped, and leaves things in order. */
import { handleJob, type JobRegistration } from '../../jobs/registry.ts'
import { findById, takeLease } from '../store/transcriptions.store.ts'
import { textJob, transcriptionJob } from './jobs.ts'
import { runPipeline } from './run-pipeline.ts'
import { runText } from './run-text.ts'
import { createWork, isLost, type Workshop } from './work.ts'

/**
 * A job whose work was stopped by a person, or given away, is done. One that this process leaves behind is not: the queue
 * hears the error and gives it to another worker.
 */
const endQuietly = async (jobSignal: AbortSignal, workSignal: AbortSignal, work: Promise<void>): Promise<void> => {
  try {
    await work
  } catch (thrown) {
    const stopped = workSignal.aborted && !jobSignal.aborted
    if (!stopped && !isLost(thrown)) throw thrown
  }
}

/** What can be made again goes; of a recording that was deleted meanwhile, everything goes. */
const tidy = async (shop: Workshop, id: string): Promise<void> => {
  try {
    const row = await findById(shop.db, id)
    if (row === undefined) await shop.files.remove(id)
    else if (row.lease === null) await shop.files.removeWork(id)
  } catch (error) {
    // The sweep at the next start does it.
    shop.logger.warn({ error, transcriptionId: id }, 'Work files were left behind')
  }
}

const runTranscription = async (
  shop: Workshop,
  { transcriptionId: id, run }: { readonly transcriptionId: string; readonly run: number },
  signal: AbortSignal,
): Promise<void> => {
  const lease = shop.newId()
  const taken = await takeLease(shop.db, id, { run, lease, now: new Date(shop.clock.now()) })
  const row = taken ? await findById(shop.db, id) : undefined
  if (row === undefined) return
  await shop.notices.publish(shop.db, { kind: 'transcription', userId: row.user_id, id })
  await shop.notices.publish(shop.db, { kind: 'queue' })
  await runPipeline(createWork(shop, { id, userId: row.user_id, lease, signal }))
}

export const createJobHandlers = (shop: Workshop): JobRegistration[] => [
  handleJob(transcriptionJob, async ({ payload, signal: jobSignal }) => {
    const { transcriptionId } = payload
    await shop.active.run({ transcriptionId }, jobSignal, (signal) =>
      endQuietly(jobSignal, signal, runTranscription(shop, payload, signal)).finally(() => tidy(shop, transcriptionId)),
    )
  }),
  handleJob(textJob, async ({ payload, signal: jobSignal }) => {
    await shop.active.run(payload, jobSignal, (signal) => endQuietly(jobSignal, signal, runText(shop, payload, signal)))
  }),
]
