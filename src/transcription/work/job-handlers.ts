/** What a worker does with a job of ours: takes the lease, works, leaves things in order. */
import { handleJob, type JobRegistration } from '../../jobs/registry.ts'
import { refreshSearch } from '../store/search.store.ts'
import { finishStep, startStep } from '../store/steps.store.ts'
import { findText, takeTextLease, updateLeasedText } from '../store/texts.store.ts'
import { findById, takeLease } from '../store/transcriptions.store.ts'
import { toStoredError } from '../stored-error.ts'
import { makeText } from '../texts/make-text.ts'
import type { StepName, TextKind } from '../types.ts'
import { textJob, transcriptionJob } from './jobs.ts'
import { runPipeline } from './run-pipeline.ts'
import { createWork, isLost, lostWork, type Workshop } from './work.ts'

/** Whether the end of the work was wanted by a person (or the work given away), not by this process's leaving. */
const wasStopped = (jobSignal: AbortSignal, workSignal: AbortSignal): boolean =>
  workSignal.aborted && !jobSignal.aborted

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
  { transcriptionId: id, run }: { transcriptionId: string; run: number },
  jobSignal: AbortSignal,
): Promise<void> =>
  shop.active.run({ transcriptionId: id }, jobSignal, async (signal) => {
    const lease = shop.newId()
    const taken = await takeLease(shop.db, id, { run, lease, now: new Date(shop.clock.now()) })
    const row = taken ? await findById(shop.db, id) : undefined
    if (row === undefined) return
    const work = createWork(shop, { id, userId: row.user_id, lease, signal })
    try {
      await shop.notices.publish(shop.db, { kind: 'transcription', userId: row.user_id, id })
      await shop.notices.publish(shop.db, { kind: 'queue' })
      await runPipeline(work)
    } catch (thrown) {
      if (!wasStopped(jobSignal, signal) && !isLost(thrown)) throw thrown
    } finally {
      await tidy(shop, id)
    }
  })

/** The step that makes a kind of text. */
export const stepOfText: Readonly<Record<Exclude<TextKind, 'raw'>, StepName>> = {
  cleaned: 'clean',
  enhanced: 'enhance',
  summary: 'summarize',
}

const runText = async (
  shop: Workshop,
  { transcriptionId: id, textId }: { transcriptionId: string; textId: string },
  jobSignal: AbortSignal,
): Promise<void> =>
  shop.active.run({ transcriptionId: id, textId }, jobSignal, async (signal) => {
    const lease = shop.newId()
    const now = (): Date => new Date(shop.clock.now())
    const [row, text] = [await findById(shop.db, id), await findText(shop.db, id, textId)]
    if (row === undefined || text?.status !== 'running') return
    const step = stepOfText[text.kind as keyof typeof stepOfText]
    const notices = [
      { kind: 'text', userId: row.user_id, id, textId },
      { kind: 'step', userId: row.user_id, id, step },
      { kind: 'transcription', userId: row.user_id, id },
    ] as const
    try {
      await shop.db.transaction().execute(async (db) => {
        if (!(await takeTextLease(db, textId, lease))) throw lostWork()
        await startStep(db, id, step, now())
        for (const notice of notices.slice(0, 2)) await shop.notices.publish(db, notice)
      })
      const end = await makeText({ shop, row, text, signal, report: () => {} })
      await shop.db.transaction().execute(async (db) => {
        if (!(await updateLeasedText(db, textId, lease, { ...end.change, job_id: null, lease: null }))) throw lostWork()
        await refreshSearch(db, id)
        const error = end.error === null ? null : toStoredError(end.error, {}, shop.describeModel)
        await finishStep(db, id, step, { status: error ? 'failed' : 'done', now: now(), ...(error && { error }) })
        for (const notice of notices) await shop.notices.publish(db, notice)
      })
    } catch (thrown) {
      if (!wasStopped(jobSignal, signal) && !isLost(thrown)) throw thrown
    }
  })

export const createJobHandlers = (shop: Workshop): JobRegistration[] => [
  handleJob(transcriptionJob, ({ payload, signal }) => runTranscription(shop, payload, signal)),
  handleJob(textJob, ({ payload, signal }) => runText(shop, payload, signal)),
]
