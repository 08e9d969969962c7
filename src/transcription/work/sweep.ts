/** Puts in order what a crash between two stores left behind: folders without a row, work without a job. */
import { findOpenTexts, findOpenWork, lockOpenText, lockOpenWork, type OpenWork } from '../store/open-work.store.ts'
import { updateText } from '../store/texts.store.ts'
import { existingIds, updateTranscription } from '../store/transcriptions.store.ts'
import { textJob, transcriptionJob } from './jobs.ts'
import { sendJob } from './send-job.ts'
import type { Workshop } from './work.ts'

/** A recording is written before its row is; a folder this young may belong to an upload that is under way. */
const YOUNG_MS = 60 * 60_000

const removeOrphans = async ({ db, files, clock, logger }: Workshop): Promise<void> => {
  const folders = await files.folders()
  const existing = await existingIds(
    db,
    folders.map(({ id }) => id),
  )
  for (const { id, changedAtMs } of folders) {
    if (existing.has(id) || clock.now() - changedAtMs < YOUNG_MS) continue
    logger.info({ transcriptionId: id }, 'A recording without a row is removed')
    await files.remove(id)
  }
}

/** Whether the queue will still bring this job. */
const isComing = async (
  { queue }: Workshop,
  job: { readonly name: string },
  jobId: string | null,
): Promise<boolean> => {
  const found = jobId === null ? undefined : await queue.find(job, jobId)
  return found !== undefined && ['created', 'retry', 'active'].includes(found.state)
}

type OpenText = OpenWork & { readonly textId: string }

// Several processes sweep: each looks again under a lock, so that work is sent once.
const sendAgain = async (shop: Workshop, open: OpenWork): Promise<void> =>
  shop.db.transaction().execute(async (db) => {
    const { id, run, userId, high } = open
    if (!(await lockOpenWork(db, open))) return
    const jobId = await sendJob(shop, db, transcriptionJob, { transcriptionId: id, run }, { owner: userId, high })
    await updateTranscription(db, id, { job_id: jobId })
  })

const sendTextAgain = async (shop: Workshop, { id, textId, jobId, userId, high }: OpenText): Promise<void> =>
  shop.db.transaction().execute(async (db) => {
    if (!(await lockOpenText(db, textId, jobId))) return
    const sent = await sendJob(shop, db, textJob, { transcriptionId: id, textId }, { owner: userId, high })
    await updateText(db, textId, { job_id: sent })
  })

const adoptWork = async (shop: Workshop): Promise<void> => {
  for (const open of await findOpenWork(shop.db)) {
    if (!(await isComing(shop, transcriptionJob, open.jobId))) await sendAgain(shop, open)
  }
  for (const open of await findOpenTexts(shop.db)) {
    if (!(await isComing(shop, textJob, open.jobId))) await sendTextAgain(shop, open)
  }
}

export const sweep = async (shop: Workshop): Promise<void> => {
  await removeOrphans(shop)
  await adoptWork(shop)
}
