/**
 * A limit that a provider has without naming it: what was refused and what was answered after it bound it, and the next
 * text of anybody starts from there.
 */
import type { ChatRequest } from '../../gateway/types/requests.ts'
import type { TextRoom } from '../dependencies.ts'
import type { PartAnswer } from './asking.ts'
import type { TextWork } from './text-work.ts'

/** What a request takes, by our own count: the words and the room for the answer. */
export const sizeOf = ({ messages, maxOutputTokens = 0 }: ChatRequest, room: Pick<TextRoom, 'count'>): number =>
  messages.reduce((sum, { content }) => sum + (typeof content === 'string' ? room.count(content) : 0), maxOutputTokens)

/** A short part that was answered says little about the limit. */
const LEAST_PROOF = 0.5

/** An answer of the model that had refused: the room that its request was made for is one that it has. */
export const learnLimit = (work: TextWork, request: ChatRequest, { facts }: PartAnswer): void => {
  const { shop, tally, room } = work
  const { refusal, contextGuess } = tally
  if (refusal === null || contextGuess === null || `${facts.provider}/${facts.model}` !== refusal.model) return
  const answeredTokens = sizeOf(request, room)
  if (answeredTokens < contextGuess * LEAST_PROOF || answeredTokens >= refusal.tokens) return
  shop.learnContext?.(refusal.model, {
    contextLength: contextGuess,
    refusedTokens: refusal.tokens,
    answeredTokens,
  })
  tally.refusal = null
}
