/** A new version of a text is asked for: what it is made with, its row, its job. */
import type { Transaction } from 'kysely'
import type { Database } from '../../db/types.ts'
import { AppError } from '../../errors.ts'
import type { Reserve } from '../charging.ts'
import { insertText, newestText, newText, updateText } from '../store/texts.store.ts'
import { createTemplates } from '../templates/templates.ts'
import type { MakeTextInput } from '../transcriptions.ts'
import type { TextKind } from '../types.ts'
import type { StoredTranscription } from '../views.ts'
import { textJob } from '../work/jobs.ts'
import { sendJob } from '../work/send-job.ts'
import type { Workshop } from '../work/work.ts'
import { refuseUnable } from './refuse-unable.ts'
import { chargeOrderOf } from './charge-order.ts'
import { isSameOrder, operationOfKind, textOrder, type TemplateSnapshot, type TextWishes } from './text-order.ts'

const invalid = (path: string, message: string): AppError =>
  new AppError('invalid-request', message, { details: { fields: [{ path, message }] } })

const snapshotOf = async (
  shop: Workshop,
  userId: string,
  { kind, templateId }: MakeTextInput,
): Promise<TemplateSnapshot | undefined> => {
  if (templateId === undefined) return undefined
  const { id, name, prompt, kind: made } = await createTemplates(shop).get(userId, templateId)
  if (made !== kind) throw invalid('templateId', `The template “${name}” is for another kind of text`)
  return { id, name, prompt }
}

/** Everything that can be told about a wish before any work: throws what would make it fail. */
export const checkWish = async (
  shop: Workshop,
  row: Pick<StoredTranscription, 'user_id' | 'language'>,
  input: MakeTextInput,
): Promise<TextWishes> => {
  const { kind, targetLanguage } = input
  if (kind === 'translation' && targetLanguage === undefined)
    throw invalid('targetLanguage', 'A translation needs the language to translate into')
  if (kind === 'translation' && row.language !== null && targetLanguage?.split('-')[0] === row.language)
    throw invalid('targetLanguage', 'The recording is in this language already')
  if (input.enhancementMode === 'custom' && (input.customInstruction ?? '').trim() === '' && kind === 'enhanced')
    throw invalid('customInstruction', 'The mode “custom” needs an instruction')
  const template = await snapshotOf(shop, row.user_id, input)
  const wishes: TextWishes = { ...input, template }
  await checkModel(shop, kind, wishes)
  return wishes
}

/** A model that can't be used, or not for this, is told now and not after the work began. */
export const checkModel = async (
  shop: Workshop,
  kind: TextKind,
  wishes: TextWishes,
  signal?: AbortSignal,
): Promise<void> => {
  if (kind === 'cleaned' || kind === 'raw') return
  const model = shop.chooseModel(wishes.model)
  await shop.assertModelUsable(model, operationOfKind[kind], signal)
  refuseUnable(shop, model, kind, textOrder(kind, wishes))
}

export interface VersionWish {
  readonly kind: TextKind
  readonly wishes: TextWishes
  /** Undefined where nothing is counted. */
  readonly reserve: Reserve | undefined
}

/**
 * The id of the new version, which is being made from now on. `conflict` while the same is under way; what its user cannot
 * pay is refused, and no version is stored.
 */
export const addVersion = async (
  shop: Workshop,
  db: Transaction<Database>,
  row: StoredTranscription,
  { kind, wishes, reserve }: VersionWish,
): Promise<string> => {
  const raw = await newestText(db, row.id, 'raw')
  const source = kind === 'cleaned' ? raw : ((await newestText(db, row.id, 'cleaned')) ?? raw)
  if (source === undefined || source.content.trim() === '') {
    throw new AppError('no-text', 'There is nothing yet that this could be made of')
  }
  const order = textOrder(kind, wishes)
  const running = await newestText(db, row.id, kind, ['running'])
  if (running !== undefined && isSameOrder(running.options, order)) {
    throw new AppError('conflict', 'The same text is being made already')
  }
  const id = shop.newId()
  if (kind !== 'cleaned' && kind !== 'raw') {
    const model = shop.chooseModel(wishes.model)
    await reserve?.(db, chargeOrderOf(row, { id, kind }, { model, source: source.content }))
  }
  await insertText(db, newText({ id, transcriptionId: row.id, kind, options: order, now: new Date(shop.clock.now()) }))
  const payload = { transcriptionId: row.id, textId: id }
  const jobId = await sendJob(shop, db, textJob, payload, { owner: row.user_id, high: row.priority === 'high' })
  await updateText(db, id, { job_id: jobId })
  await shop.notices.publish(db, { kind: 'text', userId: row.user_id, id: row.id, textId: id })
  return id
}
