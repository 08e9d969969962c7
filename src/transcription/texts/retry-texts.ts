/** Texts that a retry makes again as they were asked for: their wishes are not those of the recording. */
import type { Transaction } from 'kysely'
import type { Database } from '../../db/types.ts'
import { newestText, newText, updateText, type StoredText } from '../store/texts.store.ts'
import { stepOfText, type Step, type StepName, type TextKind } from '../types.ts'
import type { StoredTranscription } from '../views.ts'
import { textJob } from '../work/jobs.ts'
import { sendJob } from '../work/send-job.ts'
import { optionsOf, type Workshop } from '../work/work.ts'
import { isSameOrder, textOrder } from './text-order.ts'

/** The pipeline makes these with the recording's options, and `cleaned` always. */
const switches = { enhanced: 'enhance', summary: 'summarize' } as const
type SwitchedKind = keyof typeof switches

const madeAlone = async (
  db: Transaction<Database>,
  row: StoredTranscription,
  kind: SwitchedKind,
): Promise<StoredText | undefined> => {
  const text = await newestText(db, row.id, kind, ['running', 'failed', 'done'])
  if (text === undefined || text.status === 'running' || (text.status === 'done' && text.complete)) return undefined
  const options = optionsOf(row)
  const isOfPipeline = options[switches[kind]] && isSameOrder(text.options, textOrder(kind, options))
  return isOfPipeline ? undefined : text
}

/** In its old place: what was answered of it is not asked again. */
const begin = async (
  shop: Workshop,
  db: Transaction<Database>,
  row: StoredTranscription,
  text: StoredText,
): Promise<void> => {
  const owner = { owner: row.user_id, high: row.priority === 'high' }
  const jobId = await sendJob(shop, db, textJob, { transcriptionId: row.id, textId: text.id }, owner)
  const kind = text.kind as TextKind
  const options = text.options as Record<string, unknown>
  const begun = newText({ id: text.id, transcriptionId: row.id, kind, options, now: text.created_at })
  await updateText(db, text.id, { ...begun, job_id: jobId })
  await shop.notices.publish(db, { kind: 'text', userId: row.user_id, id: row.id, textId: text.id })
}

/** Begins them; returns the steps that are theirs. */
export const retryTexts = async (
  shop: Workshop,
  db: Transaction<Database>,
  row: StoredTranscription,
  open: readonly Step[],
): Promise<Set<StepName>> => {
  const steps = new Set<StepName>()
  for (const kind of Object.keys(switches) as SwitchedKind[]) {
    const step = stepOfText[kind]
    if (step === undefined || !open.some(({ name }) => name === step)) continue
    const text = await madeAlone(db, row, kind)
    if (text === undefined) continue
    await begin(shop, db, row, text)
    steps.add(step)
  }
  return steps
}
