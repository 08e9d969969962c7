/** Makes one version of one kind of text, and says how its row ends: done, done in part, or failed. */
import type { Transaction, Updateable } from 'kysely'
import type { TranscriptionTextRow } from '../../db/tables/transcriptions.ts'
import type { Database } from '../../db/types.ts'
import { AppError, toAppError } from '../../errors.ts'
import type { OpenCharge } from '../charging.ts'
import { toStoredError, whoOf } from '../stored-error.ts'
import { listSegments } from '../store/pieces.store.ts'
import { storable, toJson } from '../store/stored-text.ts'
import { findText, newestText, type StoredText } from '../store/texts.store.ts'
import { fillTemplate } from '../templates/fill-template.ts'
import { templateValues } from '../templates/template-values.ts'
import type { TextKind, TextPlan } from '../types.ts'
import type { StoredTranscription } from '../views.ts'
import { mustComeAgain } from '../work/must-come-again.ts'
import type { Workshop } from '../work/work.ts'
import { chargeOrderOf } from './charge-order.ts'
import { cleanSegments } from './clean-segments.ts'
import { enhanceText } from './enhance-text.ts'
import type { MadeText } from './made-text.ts'
import { writeNotes } from './notes-text.ts'
import { refuseUnable } from './refuse-unable.ts'
import { summarizeText } from './summarize-text.ts'
import { operationOfKind, type TextOrder } from './text-order.ts'
import type { TextWork } from './text-work.ts'
import { translateText } from './translate-text.ts'

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
  /** Takes for what is delivered, in the transaction that stores it; tells what was taken. */
  readonly pay?: (db: Transaction<Database>) => Promise<Pick<Updateable<TranscriptionTextRow>, 'charge'>>
}

/** What models read: the newest cleaned text, which may have been edited, else what was recognized. */
const sourceOf = async ({ shop, row }: Making): Promise<string> => {
  const source = (await newestText(shop.db, row.id, 'cleaned')) ?? (await newestText(shop.db, row.id, 'raw'))
  if (source === undefined || source.content.trim() === '') {
    throw new AppError('no-text', 'There is nothing yet that this could be made of')
  }
  return source.content
}

const segmentsOf = ({ shop, row }: Pick<Making, 'shop' | 'row'>) =>
  listSegments(shop.db, { transcriptionId: row.id, generation: row.generation }, { after: -1 })

/** A template's words with this recording's title, speakers and so on. */
const taskOf = (row: StoredTranscription, { template, targetLanguage }: TextOrder): string | undefined =>
  template === undefined
    ? undefined
    : fillTemplate(
        template.prompt,
        templateValues({
          title: row.title,
          fileName: row.file_name,
          language: row.language,
          targetLanguage: targetLanguage ?? null,
          durationSecond: row.duration_second,
          speakers: row.speakers as Record<string, string>,
          createdAt: row.created_at,
        }),
      )

const workOf = async (making: Making, model: string): Promise<TextWork> => {
  const { shop, row, text } = making
  const operation = operationOfKind[text.kind as keyof typeof operationOfKind]
  const chain = await shop.chainFor(row.user_id, operation)
  const labels = { userId: row.user_id, operation, transcriptionId: row.id, textId: text.id }
  return {
    ...making,
    textId: text.id,
    room: await shop.textRoom(model),
    call: { labels, ...(chain !== null && { chain }) },
    tally: { requests: 0, answered: 0, replans: 0, contextGuess: null, refusal: null },
  }
}

interface Asked {
  readonly made: MadeText
  readonly work: TextWork
  /** Tokens of what was read. */
  readonly inputTokens: number
  readonly charge: OpenCharge | null
}

/** What it may cost is reserved before anybody is asked. */
const beginCharge = async ({ shop, row, text }: Making, model: string, source: string): Promise<OpenCharge | null> =>
  (await shop.charging?.begin(
    chargeOrderOf(row, { id: text.id, kind: text.kind as keyof typeof operationOfKind }, { model, source }),
  )) ?? null

/**
 * Who stops the work gives back what is reserved, but may have come a moment before it was reserved. Work that this process
 * only leaves behind is still running, and who goes on with it takes the reservation over.
 */
const releaseIfStopped = async ({ shop, text, row }: Making): Promise<void> => {
  const { charging } = shop
  if (charging === undefined) return
  await shop.db.transaction().execute(async (db) => {
    const now = await findText(db, row.id, text.id)
    if (now?.status !== 'running') await charging.release(db, { workId: text.id })
  })
}

const askModel = async (making: Making): Promise<Asked> => {
  const { shop, row, text } = making
  const options = text.options as TextOrder
  const model = shop.chooseModel(options.model)
  refuseUnable(shop, model, text.kind as TextKind, options)
  const source = await sourceOf(making)
  const work = await workOf(making, model)
  const inputTokens = work.room.count(source)
  const { customInstruction } = options
  const order = { model, language: row.language, customInstruction, task: taskOf(row, options) }
  const make = async (): Promise<MadeText> => {
    switch (text.kind as TextKind) {
      case 'summary':
        return summarizeText(work, { ...order, variant: options.summaryVariant ?? 'medium' }, source)
      case 'lecture_notes':
        return writeNotes(work, order, { segments: await segmentsOf(making), title: row.title })
      case 'translation':
        return translateText(
          work,
          { ...order, targetLanguage: options.targetLanguage ?? 'en' },
          await segmentsOf(making),
        )
      default:
        return enhanceText(work, { ...order, mode: options.enhancementMode ?? 'standard' }, source)
    }
  }
  const charge = await beginCharge(making, model, source)
  try {
    const made = await make()
    return { made, work: await withLearnedRoom(work), inputTokens, charge }
  } catch (thrown) {
    if (making.signal.aborted) await releaseIfStopped(making)
    else if (!mustComeAgain(thrown)) await charge?.release()
    throw thrown
  } finally {
    charge?.leave()
  }
}

/** After a limit error the plan tells the limit that was learned, not the one it began with. */
const withLearnedRoom = async (work: TextWork): Promise<TextWork> =>
  work.tally.replans === 0 || work.room.model === null
    ? work
    : { ...work, room: await work.shop.textRoom(work.room.model) }

const planOf = ({ made, work, inputTokens }: Asked): TextPlan => ({
  model: work.room.model,
  contextLength: work.room.contextLength,
  inputTokens,
  ...made.plan,
  requests: work.tally.requests,
  replans: work.tally.replans,
})

const toDone = (making: Making, asked: Asked, durationMs: number): TextEnd => {
  const { made, charge } = asked
  const { facts, paid } = made
  return {
    error: made.error,
    ...(charge !== null && {
      pay: async (db) => ({ charge: toJson(await charge.settle(db, paid.parts, paid.missing)) }),
    }),
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
      warnings: toJson(made.warnings),
      plan: toJson(planOf(asked)),
      decision: facts.decision === null ? null : toJson(facts.decision),
      timed: made.timed === null ? null : toJson(made.timed),
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
  const { attempts, decision } = error.details
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
      decision: typeof decision === 'object' && decision !== null ? toJson(decision) : null,
      error: toJson(stored),
      duration_ms: durationMs,
    },
  }
}

const makeCleaned = async ({ shop, row }: Making, startedAtMs: number): Promise<TextEnd> => {
  const segments = await segmentsOf({ shop, row })
  return {
    error: null,
    change: {
      status: 'done',
      complete: true,
      ...cleanSegments(segments, row.language),
      duration_ms: shop.clock.now() - startedAtMs,
      error: null,
    },
  }
}

/** Rejects when the signal is aborted or the database is away; every other failure is an end of the text. */
export const makeText = async (making: Making): Promise<TextEnd> => {
  const { shop, signal } = making
  const startedAtMs = shop.clock.now()
  try {
    if ((making.text.kind as TextKind) === 'cleaned') return await makeCleaned(making, startedAtMs)
    return toDone(making, await askModel(making), shop.clock.now() - startedAtMs)
  } catch (thrown) {
    signal.throwIfAborted()
    if (mustComeAgain(thrown)) throw thrown
    return toFailed(making, thrown, shop.clock.now() - startedAtMs)
  }
}
