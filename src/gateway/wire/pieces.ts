/**
 * Answers that a provider breaks into pieces (a pause of its own tools, a limit of one turn): asked on until the last
 * one, and joined as one answer.
 */
import type { CallPart, CallResult } from '../call.ts'
import { WireError } from '../dialects/wire-error.ts'
import type { ChatDialect, WireCall } from '../provider.ts'

/** Providers that break answers into pieces do so a few times; more is a loop. */
const MAX_PIECES = 8

interface Piece {
  readonly result: CallResult
  /** What the provider sent: the call for the next piece is made from it. */
  readonly body: unknown
}

/** Asks piece by piece. Throws `output-empty` where there is none. */
export const askInPieces = async (
  dialect: ChatDialect,
  call: WireCall,
  ask: (call: WireCall) => Promise<Piece>,
): Promise<CallResult> => {
  const pieces: CallResult[] = []
  for (let next: WireCall | null = call; next !== null && pieces.length < MAX_PIECES;) {
    const { result, body } = await ask(next)
    pieces.push(result)
    next = dialect.continuation?.(next, body) ?? null
  }
  return joinResults(pieces)
}

/** The same as one stream: each piece returns what the call for the next one is made from, undefined after the last. */
export async function* streamInPieces(
  dialect: ChatDialect,
  call: WireCall,
  streamPiece: (call: WireCall) => AsyncGenerator<CallPart, unknown>,
): AsyncGenerator<CallPart> {
  const pieces: CallResult[] = []
  for (let next: WireCall | null = call; next !== null && pieces.length < MAX_PIECES;) {
    const toolCalls = pieces.reduce((sum, piece) => sum + piece.toolCalls.length, 0)
    const parts = streamPiece(next)
    try {
      let part = await parts.next()
      for (; part.done !== true; part = await parts.next()) {
        if (part.value.type === 'end') pieces.push(part.value.result)
        else yield shifted(part.value, toolCalls)
      }
      next = part.value === undefined ? null : (dialect.continuation?.(next, part.value) ?? null)
    } finally {
      // Whoever leaves in the middle leaves the connection with it.
      await parts.return(undefined)
    }
  }
  yield { type: 'end', result: joinResults(pieces) }
}

/** Tool calls of a later piece are counted on. */
const shifted = (part: CallPart, by: number): CallPart => ('index' in part ? { ...part, index: part.index + by } : part)

/** The pieces of one answer as one; tokens add up, since each piece was billed. */
const joinResults = (pieces: readonly CallResult[]): CallResult => {
  const last = pieces.at(-1)
  if (last === undefined) throw new WireError('output-empty', 'the model answered with nothing')
  if (pieces.length === 1) return last
  const sum = (pick: (result: CallResult) => number): number => pieces.reduce((total, one) => total + pick(one), 0)
  return {
    ...last,
    text: pieces.map((one) => one.text).join(''),
    reasoning: pieces.map((one) => one.reasoning).join(''),
    toolCalls: pieces.flatMap((one) => one.toolCalls),
    notes: pieces.flatMap((one) => one.notes),
    usage: {
      ...last.usage,
      inputTokens: sum((one) => one.usage.inputTokens),
      outputTokens: sum((one) => one.usage.outputTokens),
      cachedInputTokens: sum((one) => one.usage.cachedInputTokens),
      cacheWriteTokens: sum((one) => one.usage.cacheWriteTokens),
      reasoningTokens: sum((one) => one.usage.reasoningTokens),
    },
  }
}
