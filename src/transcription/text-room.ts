/** How much text a request to a model may carry, from the catalog. */
import type { Catalog, Preference } from '../gateway/catalog/catalog.ts'
import type { CalibratedCounter } from '../gateway/tokens/counter.ts'
import { estimateText } from '../gateway/tokens/estimate.ts'
import type { ModelRow } from '../gateway/index.ts'
import { sayReason } from '../reasons.ts'
import type { ContextLesson, TextRoom, TextRoomOf } from './dependencies.ts'

/** Of a model whose limits nobody told: small enough for any that is in use. A wrong guess is mended by dividing. */
const UNKNOWN_CONTEXT = 8_192
/** A share of the context stays free: estimates err. */
const USED_SHARE = 0.7
/** An answer that any model in use can write, where nobody knows who will. */
const ANY_OUTPUT = 8_192

/** Input and output of a context. */
const divide = (context: number, maxOutputTokens: number | null) => {
  // They share the context: a third is kept for the answer where the model allows as much.
  const outputTokens = Math.max(256, Math.min(maxOutputTokens ?? Infinity, Math.floor(context / 3)))
  return { inputTokens: Math.max(256, Math.floor((context - outputTokens) * USED_SHARE)), outputTokens }
}

const roomOf = (row: ModelRow, counter: Counter, contextLength: number | null): TextRoom => ({
  model: `${row.provider}/${row.key}`,
  contextLength,
  ...divide(contextLength ?? UNKNOWN_CONTEXT, row.maxOutputTokens),
  count: (text) => counter.text(row, text),
})

/**
 * "Best" and its like: the room of the one that would be asked now, so that the text is cut for who is meant and not for
 * who happens to be large. Whoever stands in for it may be another, so the room is nobody's.
 */
const anyRoom = (first: ModelRow | null, counter: Counter, contextLength: number | undefined): TextRoom => {
  const known = first === null ? UNKNOWN_CONTEXT : (first.contextLength ?? UNKNOWN_CONTEXT)
  const context = Math.min(known, contextLength ?? Infinity)
  return {
    model: null,
    contextLength: first?.contextLength == null && contextLength === undefined ? null : context,
    ...divide(context, Math.min(first?.maxOutputTokens ?? Infinity, ANY_OUTPUT)),
    count: first === null ? estimateText : (text) => counter.text(first, text),
  }
}

type Counter = Pick<CalibratedCounter, 'text'>

export interface TextRoomDeps {
  readonly catalog: Pick<Catalog, 'find' | 'resolve'>
  readonly counter: Counter
  /** Whom a request that leaves the choice to us would be sent to now. */
  readonly firstChoice: (preference: Preference) => ModelRow | null
}

export const createTextRoom =
  (deps: TextRoomDeps): TextRoomOf =>
  (model, contextLength) => {
    const row = deps.catalog.find(model)
    if (row === null) {
      const resolved = deps.catalog.resolve(model)
      const preference = resolved.kind === 'auto' ? resolved.preference : 'best'
      return Promise.resolve(anyRoom(deps.firstChoice(preference), deps.counter, contextLength))
    }
    const known = row.contextLength ?? Infinity
    return Promise.resolve(
      roomOf(row, deps.counter, contextLength === undefined ? row.contextLength : Math.min(contextLength, known)),
    )
  }

/** What was found out by trying, as a limit of the catalog. A larger one teaches nothing: it was refused before. */
export const createContextLearning =
  ({ catalog }: { readonly catalog: Pick<Catalog, 'find' | 'correct'> }) =>
  (model: string, { contextLength, refusedTokens, answeredTokens }: ContextLesson): void => {
    const row = catalog.find(model)
    if (row === null || (row.contextLength ?? Infinity) <= contextLength) return
    const evidence = sayReason('source-refusals', { tokens: refusedTokens, limit: answeredTokens })
    // Whatever was answered had less than the room that its request was made for.
    catalog.correct(row, { contextLength, evidence, bounds: { answered: contextLength, refused: refusedTokens } })
  }
