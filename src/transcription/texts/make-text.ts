/** Makes one version of one kind of text, and says how its row ends: done, done in part, or failed. */
import type { Updateable } from 'kysely'
import type { TranscriptionTextRow } from '../../db/tables/transcriptions.ts'
import { AppError, toAppError } from '../../errors.ts'
import { cleanTranscript } from '../cleaning/clean-transcript.ts'
import type { EnhanceOrder } from '../prompts/enhance.ts'
import { toStoredError, whoOf } from '../stored-error.ts'
import { listSegments } from '../store/pieces.store.ts'
import { storable, toJson } from '../store/stored-text.ts'
import { newestText, type StoredText } from '../store/texts.store.ts'
import type { EnhancementMode, TextKind } from '../types.ts'
import type { StoredTranscription } from '../views.ts'
import type { Workshop } from '../work/work.ts'
import { enhanceText } from './enhance-text.ts'
import type { MadeText } from './made-text.ts'
import { summarizeText } from './summarize-text.ts'
import type { TextWork } from './text-work.ts'

/** What a version is made with; stored in its `options`. */
export interface TextOrder {
  readonly model: string
  readonly enhancementMode: EnhancementMode
  readonly customInstruction?: string | undefined
}

export interface Making {
  readonly shop: Workshop
  readonly row: StoredTranscription
  readonly text: Pick<StoredText, 'id' | 'kind' | 'options'>
  readonly signal: AbortSignal
  report(done: number, total: number): void
}

export interface TextEnd {
  readonly change: Updateable<TranscriptionTextRow>
  /** Set when it failed, wholly or in part. */
  readonly error: AppError | null
}

/** What models read: the newest cleaned text, which may have been edited, else what was recognized. */
const sourceOf = async ({ shop, row }: Making): Promise<string> => {
  const source = (await newestText(shop.db, row.id, 'cleaned')) ?? (await newestText(shop.db, row.id, 'raw'))
  if (source === undefined || source.content.trim() === '') {
    throw new AppError('conflict', 'There is no text yet that this could be made of')
  }
  return source.content
}

const askModel = async (making: Making): Promise<MadeText> => {
  const { shop, row, text } = making
  const options = text.options as TextOrder
  const source = await sourceOf(making)
  const model = shop.chooseModel(options.model)
  const work: TextWork = { ...making, textId: text.id, room: await shop.textRoom(model) }
  const order: EnhanceOrder = {
    model,
    mode: options.enhancementMode,
    customInstruction: options.customInstruction,
    language: row.language,
  }
  return text.kind === 'summary' ? summarizeText(work, order, source) : enhanceText(work, order, source)
}

const toDone = (making: Making, made: MadeText, durationMs: number): TextEnd => {
  const { facts } = made
  return {
    error: made.error,
    change: {
      status: 'done',
      content: storable(made.content),
      complete: made.missing.length === 0,
      missing: toJson(made.missing),
      provider: facts.provider,
      model: facts.model,
      original_model: facts.originalModel,
      fallback_used: facts.fallbackUsed,
      notes: toJson([...facts.notes, ...made.notes]),
      attempts: toJson(facts.attempts),
      cost_microcents: facts.costMicrocents,
      duration_ms: durationMs,
      error: made.error === null ? null : toJson(storedErrorOf(making, made.error)),
    },
  }
}

const storedErrorOf = ({ shop, text }: Making, error: unknown) =>
  toStoredError(error, whoOf((text.options as Partial<TextOrder>).model ?? ''), shop.describeModel)

/** A version that could not be made: the error in its own field, and no content. */
export const toFailed = (making: Making, thrown: unknown, durationMs: number | null): TextEnd => {
  const error = toAppError(thrown)
  const stored = storedErrorOf(making, error)
  const attempts = error.details['attempts']
  return {
    error,
    change: {
      status: 'failed',
      content: '',
      complete: false,
      missing: '[]',
      provider: stored.provider,
      model: stored.model,
      attempts: toJson(Array.isArray(attempts) ? attempts : []),
      error: toJson(stored),
      duration_ms: durationMs,
    },
  }
}

const makeCleaned = async ({ shop, row }: Making, startedAtMs: number): Promise<TextEnd> => {
  const segments = await listSegments(shop.db, { transcriptionId: row.id, generation: row.generation }, { after: -1 })
  const { text, removedWords } = cleanTranscript(segments, row.language ?? 'en')
  return {
    error: null,
    change: {
      status: 'done',
      content: storable(text),
      complete: true,
      notes: toJson([{ kind: 'words-removed', message: `${removedWords} words were left out.` }]),
      duration_ms: shop.clock.now() - startedAtMs,
      error: null,
    },
  }
}

/** Rejects only when the signal is aborted; every other failure is an end of the text. */
export const makeText = async (making: Making): Promise<TextEnd> => {
  const { shop, signal } = making
  const startedAtMs = shop.clock.now()
  try {
    if ((making.text.kind as TextKind) === 'cleaned') return await makeCleaned(making, startedAtMs)
    return toDone(making, await askModel(making), shop.clock.now() - startedAtMs)
  } catch (thrown) {
    signal.throwIfAborted()
    return toFailed(making, thrown, shop.clock.now() - startedAtMs)
  }
}
