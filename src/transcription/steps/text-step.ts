/** The steps that make a text, as the pipeline runs them: all alike but for the kind. */
import type { Transaction } from 'kysely'
import type { Database } from '../../db/types.ts'
import { refreshSearch } from '../store/search.store.ts'
import { insertText, newestText, newText, updateText, type StoredText } from '../store/texts.store.ts'
import { makeText } from '../texts/make-text.ts'
import { isSameOrder, textOrder, type TextOrder } from '../texts/text-order.ts'
import type { StepName, TextKind } from '../types.ts'
import type { StoredTranscription } from '../views.ts'
import type { PipelineStep, StepResult } from '../work/pipeline-step.ts'
import { optionsOf, type Work } from '../work/work.ts'

/** Whether a version was begun with the same order, not finished, and isn't another job's: its parts are used again. */
const canGoOn = (text: StoredText, order: Partial<TextOrder>): boolean =>
  text.job_id === null && !text.edited && isSameOrder(text.options, order) && (text.status !== 'done' || !text.complete)

const beginText = async (work: Work, kind: TextKind): Promise<string> => {
  const order = textOrder(kind, optionsOf(await work.row()))
  const newest = await newestText(work.shop.db, work.id, kind, ['running', 'failed', 'done'])
  const goesOn = newest !== undefined && canGoOn(newest, order)
  const id = goesOn ? newest.id : work.shop.newId()
  const now = new Date(work.shop.clock.now())
  const begun = newText({ id, transcriptionId: work.id, kind, options: order, now })
  const begin = (db: Transaction<Database>): Promise<void> =>
    goesOn ? updateText(db, id, { ...begun, created_at: newest.created_at }) : insertText(db, begun)
  await work.store(begin, { kind: 'text', userId: work.userId, id: work.id, textId: id })
  return id
}

const makeStep = async (work: Work, step: StepName, kind: TextKind): Promise<StepResult> => {
  const { shop, id, userId } = work
  const textId = await beginText(work, kind)
  const row = await work.row()
  const report = work.progress(step, { totalSecond: row.duration_second })
  const text = { id: textId, kind, options: textOrder(kind, optionsOf(row)) }
  const toSecond = (done: number, total: number): number => ((row.duration_second ?? 0) * done) / (total || 1)
  const end = await shop.active.run({ transcriptionId: id, textId }, work.signal, (signal) =>
    makeText({ shop, row, text, signal, report: (done, total) => report(toSecond(done, total)) }),
  )
  return {
    ...(end.error !== null && { error: end.error }),
    async store(db) {
      await updateText(db, textId, { ...end.change, ...(await end.pay?.(db)) })
      await refreshSearch(db, id)
    },
    notices: [{ kind: 'text', userId, id, textId }],
  }
}

export const textStep = (
  name: StepName,
  kind: TextKind,
  skip: (row: StoredTranscription) => boolean,
): PipelineStep => ({ name, kind, optional: true, skip, run: (work) => makeStep(work, name, kind) })
