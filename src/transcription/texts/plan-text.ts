/** What making a text would take: chunks, requests and tokens, by the same rules that cut it when it is made. */
import { AppError } from '../../errors.ts'
import type { TextRoom } from '../dependencies.ts'
import { systemPrompt as enhancePrompt } from '../prompts/enhance.ts'
import { systemPrompt as notesPrompt } from '../prompts/lecture-notes.ts'
import { systemPrompt as summaryPrompt } from '../prompts/summarize.ts'
import { systemPrompt as translatePrompt } from '../prompts/translate.ts'
import { listSegments } from '../store/pieces.store.ts'
import { newestText } from '../store/texts.store.ts'
import type { ExpectedText } from '../transcriptions.ts'
import type { TextKind } from '../types.ts'
import type { StoredTranscription } from '../views.ts'
import type { Workshop } from '../work/work.ts'
import { enhanceAsking, FRAME_TOKENS } from './enhance-text.ts'
import { asNumbered, asTimed, cutLines, toLines } from './lines.ts'
import { notesAsking as lectureAsking } from './notes-text.ts'
import { splitText } from './split-text.ts'
import { notesAsking, wholeTokens } from './summarize-text.ts'
import type { TextWishes } from './text-order.ts'
import { translateAsking } from './translate-text.ts'

/** What a text would be made of. */
interface Source {
  readonly room: TextRoom
  readonly text: string
  readonly numbered: string
  readonly timed: string
  readonly language: string | null
}

interface Cut {
  readonly chunks: number
  readonly levels: number
  readonly requests: number
  readonly totalInputTokens: number
  readonly totalOutputTokens: number
}

/** Rules ask nobody. */
const FREE: Cut = { chunks: 1, levels: 1, requests: 0, totalInputTokens: 0, totalOutputTokens: 0 }
/** An edited text is about as long as its source. */
const EDITED_SHARE = 1.1
const TRANSLATED_SHARE = 1.3
/** Notes of a part, and notes of notes. */
const NOTES_SHARE = 0.35
const SUMMARY_TOKENS = 600

const inParts = (texts: readonly string[], room: TextRoom, prompt: string, outputShare: number): Cut => {
  const tokens = texts.reduce((sum, text) => sum + room.count(text), 0)
  return {
    chunks: texts.length,
    levels: 1,
    requests: texts.length,
    totalInputTokens: tokens + texts.length * (room.count(prompt) + FRAME_TOKENS),
    totalOutputTokens: Math.ceil(tokens * outputShare),
  }
}

/** Levels of notes until what is left can be read at once. */
const cutSummary = ({ room, text, language }: Source, wishes: TextWishes): Cut => {
  const order = { model: '', language, variant: wishes.summaryVariant ?? 'medium' }
  const partTokens = notesAsking(order, 'notes').partTokens(room)
  const around = room.count(summaryPrompt(order, 'whole')) + FRAME_TOKENS
  let tokens = room.count(text)
  let [chunks, levels, requests, totalInputTokens, totalOutputTokens] = [1, 1, 1, 0, 0]
  while (tokens > wholeTokens(room, order) && levels < 12) {
    const parts = Math.ceil(tokens / partTokens)
    if (levels === 1) chunks = parts
    levels += 1
    requests += parts
    totalInputTokens += tokens + parts * around
    tokens = Math.ceil(tokens * NOTES_SHARE)
    totalOutputTokens += tokens
  }
  totalInputTokens += tokens + around
  totalOutputTokens += Math.min(SUMMARY_TOKENS, room.outputTokens)
  return { chunks, levels, requests, totalInputTokens, totalOutputTokens }
}

const cutText = (kind: TextKind, source: Source, wishes: TextWishes): Cut => {
  const { room, text, numbered, timed, language } = source
  const { customInstruction } = wishes
  const order = { model: '', language, customInstruction, task: wishes.template?.prompt }
  switch (kind) {
    case 'summary':
      return cutSummary(source, wishes)
    case 'lecture_notes': {
      const texts = cutLines(timed, lectureAsking(order).partTokens(room), room.count)
      return inParts(texts, room, notesPrompt(order, 'notes'), NOTES_SHARE)
    }
    case 'translation': {
      const translation = { ...order, targetLanguage: wishes.targetLanguage ?? 'en' }
      const texts = cutLines(numbered, translateAsking(translation).partTokens(room), room.count)
      return inParts(texts, room, translatePrompt(translation), TRANSLATED_SHARE)
    }
    case 'enhanced': {
      const edit = { ...order, mode: wishes.enhancementMode ?? 'standard' }
      return inParts(
        splitText(text, enhanceAsking(edit).partTokens(room), room.count),
        room,
        enhancePrompt(edit),
        EDITED_SHARE,
      )
    }
    default:
      return FREE
  }
}

export const planText = async (
  shop: Workshop,
  row: Pick<StoredTranscription, 'id' | 'generation' | 'language'>,
  kind: TextKind,
  wishes: TextWishes,
): Promise<ExpectedText> => {
  const model = shop.chooseModel(wishes.model)
  const room = await shop.textRoom(model)
  const text = (await newestText(shop.db, row.id, 'cleaned')) ?? (await newestText(shop.db, row.id, 'raw'))
  if (text === undefined) throw new AppError('no-text', 'There is nothing yet that this could be made of')
  const segments = await listSegments(shop.db, { transcriptionId: row.id, generation: row.generation }, { after: -1 })
  const lines = toLines(segments)
  const source: Source = {
    room,
    text: text.content,
    numbered: lines.map(asNumbered).join('\n'),
    timed: lines.map(asTimed).join('\n'),
    language: row.language,
  }
  const cut = cutText(kind, source, wishes)
  const usage = { requests: cut.requests, inputTokens: cut.totalInputTokens, outputTokens: cut.totalOutputTokens }
  return {
    ...cut,
    ...shop.expect(model, usage),
    model: room.model,
    contextLength: room.contextLength,
    inputTokens: room.count(text.content),
  }
}
