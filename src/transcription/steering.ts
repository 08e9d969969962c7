/** Starting work again, stopping it, and deleting what it worked on. */
import type { Transaction, Updateable } from 'kysely'
import type { Database } from '../db/types.ts'
import type { TranscriptionRow } from '../db/tables/transcriptions.ts'
import { AppError } from '../errors.ts'
import { sayAlone } from '../reasons.ts'
import { changeOwned } from './editing.ts'
import { readTranscription, requireOwned } from './reading.ts'
import { pipeline } from './pipeline.ts'
import { checkEngine } from './recognition/check-engine.ts'
import { parseEngineName } from './recognition/open-recognizer.ts'
import { toStoredError } from './stored-error.ts'
import { deleteRecognition } from './store/pieces.store.ts'
import { cancelSteps, listSteps, resetSteps } from './store/steps.store.ts'
import { toJson } from './store/stored-text.ts'
import { findText, newestText, stopTexts } from './store/texts.store.ts'
import { deleteTranscription, updateTranscription } from './store/transcriptions.store.ts'
import { addVersion, checkModel, checkWish } from './texts/order-text.ts'
import { planText } from './texts/plan-text.ts'
import { retryTexts } from './texts/retry-texts.ts'
import type { StepOverrides, Transcriptions } from './transcriptions.ts'
import { stepNames, type Step, type StepName, type TextKind, type TranscriptionOptions } from './types.ts'
import { toText, type StoredTranscription } from './views.ts'
import { transcriptionJob } from './work/jobs.ts'
import { sendJob } from './work/send-job.ts'
import { optionsOf, type Workshop } from './work/work.ts'

type Steering = Pick<Transcriptions, 'runStep' | 'makeText' | 'planText' | 'retry' | 'cancel' | 'remove'>

const isUnderWay = ({ status }: StoredTranscription): boolean => status === 'queued' || status === 'running'

const refuseWhileUnderWay = (row: StoredTranscription): void => {
  if (isUnderWay(row)) throw new AppError('conflict', 'This recording is being worked on; wait for it or cancel it')
}

/** Steps that make a text; they can be run beside each other, each as a version of its own. */
const textKinds: Readonly<Partial<Record<StepName, TextKind>>> = {
  clean: 'cleaned',
  enhance: 'enhanced',
  summarize: 'summary',
}

const withOverrides = (options: TranscriptionOptions, overrides: StepOverrides): TranscriptionOptions => ({
  ...options,
  ...Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined)),
})

/** Pages show the steps too. */
const tellAll = async (shop: Workshop, db: Transaction<Database>, row: StoredTranscription): Promise<void> => {
  const address = { userId: row.user_id, id: row.id }
  await shop.notices.publish(db, { kind: 'transcription', ...address })
  for (const step of stepNames) await shop.notices.publish(db, { kind: 'step', ...address, step })
}

/** Queues the pipeline from its first step that is pending. */
const queueRun = async (
  shop: Workshop,
  db: Transaction<Database>,
  row: StoredTranscription,
  change: Updateable<TranscriptionRow> = {},
): Promise<void> => {
  const run = row.run + 1
  const now = new Date(shop.clock.now())
  const owner = { owner: row.user_id, high: row.priority === 'high' }
  const jobId = await sendJob(shop, db, transcriptionJob, { transcriptionId: row.id, run }, owner)
  await updateTranscription(db, row.id, {
    ...change,
    run,
    job_id: jobId,
    lease: null,
    status: 'queued',
    error: null,
    progress: null,
    completed_at: null,
    queued_at: now,
    updated_at: now,
  })
  await tellAll(shop, db, row)
}

/** The step itself, what rests on a recognition, and whatever of the rest was not reached or had nothing to work on. */
const stepsToRun = (steps: readonly Step[], step: StepName): StepName[] => {
  const first = stepNames.indexOf(step)
  const dependent: readonly StepName[] = step === 'recognize' ? ['recognize', 'clean'] : [step]
  return steps
    .filter(({ name, status }) => dependent.includes(name) || (stepNames.indexOf(name) > first && status !== 'done'))
    .map(({ name }) => name)
}

/** A new recognition: under a new number, which the page shows at once where there is no text to lose. */
const newRecognition = async (
  db: Transaction<Database>,
  row: StoredTranscription,
): Promise<Pick<TranscriptionRow, 'generation' | 'next_generation'>> => {
  const next = Math.max(row.generation, row.next_generation) + 1
  const hasText = (await newestText(db, row.id, 'raw')) !== undefined
  await deleteRecognition(db, { transcriptionId: row.id, generation: hasText ? row.generation : next }, 'others')
  return { generation: hasText ? row.generation : next, next_generation: next }
}

const runAgain = async (
  shop: Workshop,
  db: Transaction<Database>,
  row: StoredTranscription,
  step: StepName,
  overrides: StepOverrides,
): Promise<void> => {
  await resetSteps(db, row.id, stepsToRun(await listSteps(db, row.id), step))
  const options = toJson(withOverrides(optionsOf(row), overrides))
  await queueRun(shop, db, row, { options, ...(step === 'recognize' && (await newRecognition(db, row))) })
}

/** What was said is there: the steps that follow only make something of it. */
const hasTranscript = (steps: readonly Step[]): boolean =>
  pipeline
    .filter(({ optional }) => !optional)
    .every((needed) => steps.some(({ name, status }) => name === needed.name && status === 'done'))

const cancelRow = async (shop: Workshop, db: Transaction<Database>, row: StoredTranscription): Promise<void> => {
  const now = new Date(shop.clock.now())
  const error = toJson(toStoredError(new AppError('cancelled', sayAlone('cancelled'))))
  await stopTexts(db, row.id, error)
  await shop.charging?.release(db, { transcriptionId: row.id })
  await cancelSteps(db, row.id, now)
  if (isUnderWay(row)) {
    // A transcript that is whole stays so: only what was to be made of it was cancelled.
    const isWhole = hasTranscript(await listSteps(db, row.id))
    await updateTranscription(db, row.id, {
      status: isWhole ? 'completed' : 'cancelled',
      completed_at: isWhole ? now : null,
      run: row.run + 1,
      lease: null,
      job_id: null,
      progress: null,
      updated_at: now,
    })
  }
  await shop.notices.publish(db, { kind: 'stop', userId: row.user_id, id: row.id, textId: null })
  await tellAll(shop, db, row)
  await shop.notices.publish(db, { kind: 'queue' })
}

export const createSteering = (shop: Workshop): Steering => ({
  async runStep(userId, id, step, overrides) {
    if (overrides.engine !== undefined) parseEngineName(overrides.engine)
    const kind = textKinds[step]
    const owned = await requireOwned(shop, userId, id)
    if (kind !== undefined) await checkModel(shop, kind, withOverrides(optionsOf(owned), overrides))
    if (step === 'recognize') await checkEngine(shop, overrides.engine ?? optionsOf(owned).engine)
    const reserve = await shop.charging?.openFor(userId)
    await changeOwned(shop, userId, id, async (db, row) => {
      refuseWhileUnderWay(row)
      if (kind !== undefined)
        await addVersion(shop, db, row, { kind, wishes: withOverrides(optionsOf(row), overrides), reserve })
      else await runAgain(shop, db, row, step, overrides)
    })
    return readTranscription(shop, userId, id)
  },
  async makeText(userId, id, input) {
    const wishes = await checkWish(shop, await requireOwned(shop, userId, id), input)
    const reserve = await shop.charging?.openFor(userId)
    const textId = await changeOwned(shop, userId, id, (db, row) =>
      addVersion(shop, db, row, { kind: input.kind, wishes, reserve }),
    )
    const text = await findText(shop.db, id, textId)
    if (text === undefined) throw new AppError('not-found', 'The text was deleted at once')
    return toText(text)
  },
  async planText(userId, id, input) {
    const row = await requireOwned(shop, userId, id)
    return planText(shop, row, input.kind, await checkWish(shop, row, input))
  },
  async retry(userId, id) {
    await changeOwned(shop, userId, id, async (db, row) => {
      refuseWhileUnderWay(row)
      const steps = await listSteps(db, id)
      const open = steps.filter(({ status }) => status !== 'done' && status !== 'skipped')
      if (open.length === 0) return
      const alone = hasTranscript(steps) ? await retryTexts(shop, db, row, open) : new Set<StepName>()
      const rest = open.map(({ name }) => name).filter((name) => !alone.has(name))
      await resetSteps(db, id, rest)
      if (rest.length > 0) await queueRun(shop, db, row)
      else await tellAll(shop, db, row)
    })
    return readTranscription(shop, userId, id)
  },
  async cancel(userId, id) {
    await changeOwned(shop, userId, id, (db, row) => cancelRow(shop, db, row))
    shop.active.stop(id)
    return readTranscription(shop, userId, id)
  },
  async remove(userId, id) {
    await changeOwned(shop, userId, id, async (db) => {
      await deleteTranscription(db, id)
      await shop.charging?.release(db, { transcriptionId: id })
      await shop.notices.publish(db, { kind: 'stop', userId, id, textId: null })
      await shop.notices.publish(db, { kind: 'deleted', userId, id })
      await shop.notices.publish(db, { kind: 'queue' })
    })
    shop.active.stop(id)
    // A worker elsewhere removes what it still writes when it stops.
    await shop.active.ended(id)
    await shop.files.remove(id)
  },
})
