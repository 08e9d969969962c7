/** From what a provider returned to an answer that can be trusted to be one. */
import { AppError } from '../../../errors.ts'
import { sayAlone, sayReason } from '../../../reasons.ts'
import type { CallResult } from '../../call.ts'
import type { ChatAnswer } from '../../types/answers.ts'
import type { Note } from '../../types/attempts.ts'
import type { ModelRow } from '../../types/models.ts'
import type { Sending } from './chat-sending.ts'
import { toFacts, type Story } from '../facts.ts'
import type { Parsed } from './structured-output.ts'
import type { Told } from './told.ts'
import { addUsage } from '../usage.ts'

/** Enough of a refused text to understand the refusal; it is never an answer. */
const RAW_LIMIT = 2_000
/** A model's own words of refusal are short; a longer text was stopped by a filter in its midst. */
const WORDS_LIMIT = 300

/** A refusal is a failure, with or without words, whatever was written before it. */
export const checkNotRefused = (
  result: Pick<CallResult, 'finishReason' | 'text'> & { readonly notes: readonly Note[] },
  row: ModelRow,
): void => {
  if (result.finishReason !== 'content-filter') return
  const text = result.text.trim()
  const words = text !== '' && text.length <= WORDS_LIMIT ? text : sayReason('refused-content', { model: row.key })
  const said = result.notes.find((note) => note.kind === 'provider-message')?.message.slice(0, RAW_LIMIT)
  throw new AppError('content-refused', said ?? words, {
    details: {
      provider: row.provider,
      model: row.key,
      finishReason: result.finishReason,
      ...(text === '' ? {} : { raw: text.slice(0, RAW_LIMIT) }),
    },
  })
}

/** Nothing at all is no answer. */
export const checkNotEmpty = (result: CallResult, row: ModelRow): void => {
  if (result.text.trim() !== '' || result.toolCalls.length > 0) return
  const details = { provider: row.provider, model: row.key, finishReason: result.finishReason }
  // Reasoning can eat the whole output before a word is written; then the cap is at fault and not the model's will.
  if (result.finishReason === 'length') {
    throw new AppError('output-truncated', sayReason('output-used-up', { model: row.key }), { details })
  }
  throw new AppError('output-empty', sayReason('answered-nothing', { model: row.key }), { details })
}

const truncatedNote = (row: ModelRow, capTokens: number | undefined): Note => ({
  kind: 'truncated',
  message:
    capTokens === undefined
      ? sayReason('truncated', { model: row.key })
      : sayReason('truncated-at', { model: row.key, limit: capTokens }),
})

const joinedNote = (told: Told, row: ModelRow): Note => ({
  kind: 'continued',
  message: sayReason('broke-off', { other: told.authors[0]?.key ?? '', model: `${row.provider}/${row.key}` }),
})

export const toChatAnswer = (
  story: Story,
  { turn: { row }, request, notes }: Sending,
  result: CallResult,
  told: Told,
  parsed: Parsed | null,
): ChatAnswer => {
  const usage = told.usage === null ? result.usage : addUsage(told.usage, result.usage)
  const own: Note[] = [
    ...notes,
    ...result.notes,
    ...(told.authors.length > 1 ? [joinedNote(told, row)] : []),
    ...(parsed?.notes ?? []),
    ...(result.finishReason === 'length' ? [truncatedNote(row, request.maxOutputTokens)] : []),
    ...(usage.reported ? [] : [{ kind: 'usage-estimated' as const, message: sayAlone('usage-estimated') }]),
  ]
  return {
    ...toFacts(story, row, result.servedModel, own),
    text: told.text === '' ? result.text : told.text,
    reasoning: told.reasoning === '' ? result.reasoning : told.reasoning,
    toolCalls: result.toolCalls,
    opaque: result.opaque,
    finishReason: result.finishReason,
    usage,
    json: parsed?.value,
  }
}
