/** How much text a request may carry after one was refused: by what the refusal taught, or by who else could answer. */
import { toAppError, type AppError } from '../../errors.ts'
import type { ChatRequest } from '../../gateway/index.ts'
import type { TextRoom } from '../dependencies.ts'
import { sizeOf } from './learn-limit.ts'
import { isTooLong, type TextWork } from './text-work.ts'

interface TooSmall {
  readonly ref: string
  readonly limit: number
}

/** Models that were passed over only because the text is too long for them. */
const tooSmallOf = ({ details: { skipped } }: AppError): TooSmall[] => {
  if (!Array.isArray(skipped)) return []
  return (skipped as readonly Record<string, unknown>[]).flatMap(({ kind, provider, model, details }) => {
    const limit = (details as Record<string, unknown> | undefined)?.['contextLimit']
    return kind === 'context' && typeof limit === 'number'
      ? [{ ref: `${String(provider)}/${String(model)}`, limit }]
      : []
  })
}

/** Nothing useful is left of less. */
const SMALLEST_GUESS = 1_024

/** A refusal without a number is kept until something of the same model was answered. */
const noteRefusal = (
  { tally }: TextWork,
  { provider, model, estimated }: AppError['details'],
  tokens: number,
): void => {
  if (estimated === true || typeof provider !== 'string' || typeof model !== 'string') return
  const name = `${provider}/${model}`
  const before = tally.refusal?.model === name ? tally.refusal.tokens : Infinity
  tally.refusal = { model: name, tokens: Math.min(tokens, before) }
}

/**
 * The limit as the refusal tells it: a quota of ours in the provider's words, or, where it has no number, half of what was
 * refused. Null where the model's own limit is known.
 */
const guessLimit = (work: TextWork, { code, details }: AppError, request: ChatRequest): number | null => {
  if (code === 'output-truncated') return null
  const { contextLimit, quotaLimit } = details
  if (typeof quotaLimit === 'number' && quotaLimit > 0) return quotaLimit
  if (typeof contextLimit === 'number') return null
  const refusedTokens = sizeOf(request, work.room)
  if (code === 'context-too-long') noteRefusal(work, details, refusedTokens)
  return Math.max(SMALLEST_GUESS, Math.floor(refusedTokens / 2))
}

/** The room of the text's model as it is known now: the catalog's limit, or a smaller one that was found out. */
export const roomNow = (work: TextWork): Promise<TextRoom> => {
  const { shop, room, tally } = work
  return shop.textRoom(room.model ?? '', tally.contextGuess ?? undefined)
}

/**
 * A limit error that names the limit has corrected the catalog by now, so the model's room is read anew. When all who could
 * take the text have failed, those that are too small for it can answer in more parts. Null: dividing can't help.
 */
export const roomAfter = async (work: TextWork, thrown: unknown, request: ChatRequest): Promise<TextRoom | null> => {
  const error = toAppError(thrown)
  if (isTooLong(error)) {
    const guess = guessLimit(work, error, request)
    // What is found out holds for the parts that follow.
    if (guess !== null) work.tally.contextGuess = Math.min(guess, work.tally.contextGuess ?? Infinity)
    if (error.details['estimated'] !== true && error.code !== 'output-truncated') work.tally.replans += 1
    return error.code === 'output-truncated' ? work.room : roomNow(work)
  }
  const [largest] = tooSmallOf(error).sort((a, b) => b.limit - a.limit)
  return largest === undefined ? null : work.shop.textRoom(largest.ref)
}
