/** From what a provider returned to an answer that can be trusted to be one. */
import { AppError } from '../../errors.ts'
import type { CallResult } from '../call.ts'
import type { ChatRequest, JsonValue, ModelRow, Note } from '../types.ts'

/** Nothing at all is no answer. A refusal without a word is one that should say so. */
export const checkNotEmpty = (result: CallResult, row: ModelRow): void => {
  if (result.text.trim() !== '' || result.toolCalls.length > 0) return
  const details = { provider: row.provider, model: row.key, finishReason: result.finishReason }
  if (result.finishReason === 'content-filter') {
    const said = result.notes.find((note) => note.kind === 'provider-message')?.message
    throw new AppError('content-refused', said ?? `${row.key} refused the content without a reason`, { details })
  }
  // Reasoning can eat the whole output before a word is written; then the cap is at fault and not the model's will.
  if (result.finishReason === 'length') {
    throw new AppError('output-truncated', `${row.key} used up its output before it wrote a word`, { details })
  }
  throw new AppError('output-empty', `${row.key} answered with nothing`, { details })
}

export const truncatedNote = (row: ModelRow, request: ChatRequest): Note => ({
  kind: 'truncated',
  message: `${row.key} stopped at its output limit${request.maxOutputTokens === undefined ? '' : ` of ${request.maxOutputTokens} tokens`}; the text is not whole.`,
})

export const wantsJson = (request: ChatRequest): boolean =>
  request.responseFormat?.type === 'json' || request.responseFormat?.type === 'schema'

/** Takes a text apart into the value that was asked for; throws `output-invalid` with the raw text. */
export type ParseOutput = (
  text: string,
  request: ChatRequest,
) => { readonly value: JsonValue; readonly notes: readonly Note[] }
