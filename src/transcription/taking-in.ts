/** Takes a recording in: its bytes, a look at them, its row and its job; all of it or nothing. */
import { AppError, toAppError } from '../errors.ts'
import { readTranscription } from './reading.ts'
import { checkEngine } from './recognition/check-engine.ts'
import { toSearchable } from './search-words.ts'
import { toMediaColumns } from './steps/probe.ts'
import { refreshSearch } from './store/search.store.ts'
import { finishStep, insertSteps, startStep } from './store/steps.store.ts'
import { storable, toJson } from './store/stored-text.ts'
import { findByUpload, insertTranscription, updateTranscription } from './store/transcriptions.store.ts'
import { checkModel } from './texts/order-text.ts'
import type { MediaFacts } from './dependencies.ts'
import type { CreateTranscriptionInput, Transcriptions } from './transcriptions.ts'
import type { TranscriptionOptions } from './types.ts'
import { transcriptionJob } from './work/jobs.ts'
import { sendJob } from './work/send-job.ts'
import type { Workshop } from './work/work.ts'

const LONGEST_NAME = 300

/** A name as it is shown: its letters without control characters, and not endless. */
const toShown = (name: string): string =>
  [
    ...storable(name)
      .replace(/\p{Cc}+/gu, ' ')
      .trim(),
  ]
    .slice(0, LONGEST_NAME)
    .join('')

/** The last part of a path, whichever system's, without its ending. */
const toTitle = (fileName: string): string => {
  const last = fileName.split(/[/\\]/u).at(-1) ?? ''
  return last.replace(/\.[\p{L}\p{N}]{1,5}$/u, '').trim() || last.trim() || 'Recording'
}

const checkLength = ({ durationSecond }: MediaFacts, maxDurationSecond: number): void => {
  if (durationSecond === null || durationSecond <= maxDurationSecond) return
  throw new AppError('media-too-long', `The recording is ${Math.round(durationSecond / 60)} minutes long`, {
    details: { durationSecond, maxDurationSecond },
  })
}

/** The content itself was refused: trying again with the same bytes can't help. */
const isRefusal = (thrown: unknown): boolean => {
  const { code } = toAppError(thrown)
  return code.startsWith('media-') || code === 'too-large'
}

const newRow = (
  shop: Workshop,
  input: CreateTranscriptionInput,
  { id, sizeBytes, facts }: { id: string; sizeBytes: number; facts: MediaFacts },
) => {
  const now = new Date(shop.clock.now())
  const fileName = toShown(input.fileName) || 'recording'
  const title = toShown(input.options.title ?? '') || toTitle(fileName)
  return {
    id,
    user_id: input.userId,
    upload_id: input.uploadId ?? null,
    title,
    title_key: toSearchable(title),
    file_name: fileName,
    size_bytes: sizeBytes,
    ...toMediaColumns(facts),
    options: toJson(input.options),
    priority: input.options.priority,
    status: 'queued',
    run: 1,
    job_id: null,
    lease: null,
    generation: 1,
    next_generation: 1,
    language: input.options.language === 'auto' ? null : input.options.language,
    language_probability: null,
    engine: null,
    speech_model: null,
    segmentation: null,
    coverage: null,
    warnings: '[]',
    speakers: '{}',
    error: null,
    progress: null,
    excerpt: '',
    revision: 1,
    created_at: now,
    queued_at: now,
    updated_at: now,
    completed_at: null,
  }
}

/** Row, steps and job appear together. The look that was taken is the first step, done. */
const store = (shop: Workshop, row: ReturnType<typeof newRow>): Promise<void> =>
  shop.db.transaction().execute(async (db) => {
    await insertTranscription(db, row)
    await insertSteps(db, row.id)
    await startStep(db, row.id, 'probe', row.created_at)
    await finishStep(db, row.id, 'probe', { status: 'done', now: new Date(shop.clock.now()) })
    await refreshSearch(db, row.id)
    const owner = { owner: row.user_id, high: row.priority === 'high' }
    const jobId = await sendJob(shop, db, transcriptionJob, { transcriptionId: row.id, run: row.run }, owner)
    await updateTranscription(db, row.id, { job_id: jobId })
    await shop.notices.publish(db, { kind: 'transcription', userId: row.user_id, id: row.id })
  })

const checkOptions = async (shop: Workshop, options: TranscriptionOptions, signal?: AbortSignal): Promise<void> => {
  await checkEngine(shop, options.engine, signal)
  if (options.enhance) await checkModel(shop, 'enhanced', options, signal)
  if (options.summarize) await checkModel(shop, 'summary', options, signal)
}

const takeIn = async (shop: Workshop, input: CreateTranscriptionInput, id: string): Promise<void> => {
  const { limits, files } = shop
  const signal = input.signal ?? new AbortController().signal
  await checkOptions(shop, input.options, signal)
  const sizeBytes = await files.take(id, input.source, { maxBytes: limits.maxUploadBytes, signal })
  if (sizeBytes === 0) throw new AppError('media-empty', 'The file holds no bytes')
  const facts = await shop.media.probe(files.recordingPath(id), { signal })
  checkLength(facts, limits.maxDurationSecond)
  await store(shop, newRow(shop, input, { id, sizeBytes, facts }))
}

/** Nothing is left behind: refused content is deleted, other content goes back to where it came from. */
const undo = async (shop: Workshop, input: CreateTranscriptionInput, id: string, thrown: unknown): Promise<void> => {
  if (isRefusal(thrown)) await shop.files.discardSource(input.source)
  else {
    // Not confirmed, so whoever offered the file still has it and offers it again.
    await shop.files
      .giveBack(id, input.source)
      .catch((error: unknown) =>
        shop.logger.error({ error, transcriptionId: id }, 'A recording could not be given back'),
      )
  }
  await shop.files.remove(id)
}

const known = async ({ db }: Workshop, { userId, uploadId }: CreateTranscriptionInput) =>
  uploadId === undefined ? undefined : findByUpload(db, userId, uploadId)

export const createTakingIn = (shop: Workshop): Pick<Transcriptions, 'create' | 'checkOptions'> => ({
  checkOptions: (options, signal) => checkOptions(shop, options, signal),
  async create(input) {
    const before = await known(shop, input)
    if (before !== undefined) return readTranscription(shop, input.userId, before.id)
    const id = shop.newId()
    try {
      await takeIn(shop, input, id)
    } catch (thrown) {
      await undo(shop, input, id, thrown)
      // The same upload, told to us twice at once: the other call has it.
      const other = await known(shop, input)
      if (other === undefined) throw thrown
      return readTranscription(shop, input.userId, other.id)
    }
    return readTranscription(shop, input.userId, id)
  },
})
