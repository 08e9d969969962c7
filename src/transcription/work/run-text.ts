/** Makes one version of a text alone, beside whatever else is done with the recording. */
import { refreshSearch } from '../store/search.store.ts'
import { finishStep, startStep } from '../store/steps.store.ts'
import { findText, takeTextLease, updateLeasedText, updateText, type StoredText } from '../store/texts.store.ts'
import { findById, lockById } from '../store/transcriptions.store.ts'
import { toStoredError, whoOf } from '../stored-error.ts'
import { makeText, type TextEnd } from '../texts/make-text.ts'
import type { TextOrder } from '../texts/text-order.ts'
import { stepOfText, type StepName, type TextKind } from '../types.ts'
import type { StoredTranscription } from '../views.ts'
import { lostWork, type Workshop } from './work.ts'

interface TextRun {
  readonly shop: Workshop
  readonly row: StoredTranscription
  readonly text: StoredText
  /** Null for kinds that no step makes. */
  readonly step: StepName | null
  readonly lease: string
}

const now = ({ shop }: TextRun): Date => new Date(shop.clock.now())

const noticesOf = ({ row, text, step }: TextRun) =>
  [
    { kind: 'text', userId: row.user_id, id: row.id, textId: text.id },
    ...(step === null ? [] : [{ kind: 'step', userId: row.user_id, id: row.id, step } as const]),
    { kind: 'transcription', userId: row.user_id, id: row.id },
  ] as const

const begin = (run: TextRun): Promise<void> =>
  run.shop.db.transaction().execute(async (db) => {
    if (!(await takeTextLease(db, run.text.id, run.lease))) throw lostWork()
    if (run.step !== null) await startStep(db, run.row.id, run.step, now(run))
    for (const notice of noticesOf(run)) await run.shop.notices.publish(db, notice)
  })

const settle = (run: TextRun, end: TextEnd): Promise<void> =>
  run.shop.db.transaction().execute(async (db) => {
    const { shop, row, text, step, lease } = run
    // The recording, its text, the account: in the order of who gives, changes and stops work, or two would wait for each other.
    await lockById(db, row.id)
    if (!(await updateLeasedText(db, text.id, lease, { ...end.change, job_id: null, lease: null }))) throw lostWork()
    if (end.pay !== undefined) await updateText(db, text.id, await end.pay(db))
    // It failed, perhaps before it took over what was reserved with its order.
    else await shop.charging?.release(db, { workId: text.id })
    await refreshSearch(db, row.id)
    if (step !== null) {
      const who = whoOf((text.options as Partial<TextOrder>).model ?? '')
      const error = end.error === null ? null : toStoredError(end.error, who, shop.describeModel)
      await finishStep(db, row.id, step, { status: error ? 'failed' : 'done', now: now(run), ...(error && { error }) })
    }
    for (const notice of noticesOf(run)) await shop.notices.publish(db, notice)
  })

/** Rejects when the work was stopped. Nothing happens for a text that is made, or gone. */
export const runText = async (
  shop: Workshop,
  { transcriptionId, textId }: { readonly transcriptionId: string; readonly textId: string },
  signal: AbortSignal,
): Promise<void> => {
  const row = await findById(shop.db, transcriptionId)
  const text = await findText(shop.db, transcriptionId, textId)
  if (row === undefined || text?.status !== 'running') return
  const run: TextRun = { shop, row, text, step: stepOfText[text.kind as TextKind] ?? null, lease: shop.newId() }
  await begin(run)
  await settle(run, await makeText({ shop, row, text, signal, report: () => {} }))
}
