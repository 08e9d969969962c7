/** How much text a request to a model may carry, from the catalog. */
import type { Catalog } from '../gateway/catalog/catalog.ts'
import type { CalibratedCounter } from '../gateway/tokens/counter.ts'
import { estimateText } from '../gateway/tokens/estimate.ts'
import type { ModelRow } from '../gateway/index.ts'
import type { ContextLesson, TextRoom, TextRoomOf } from './dependencies.ts'

/** Of a model whose limits nobody told: small enough for any that is in use. A wrong guess is mended by dividing. */
const UNKNOWN_CONTEXT = 8_192
/** A share of the context stays free: estimates err. */
const USED_SHARE = 0.7
/** "Best" and its like choose among models; a request of this size leaves most of them in the choice. */
const ANY_MODEL: TextRoom = {
  model: null,
  contextLength: null,
  inputTokens: 24_000,
  outputTokens: 8_192,
  count: estimateText,
}

/** Input and output of a context. */
const divide = (context: number, maxOutputTokens: number | null) => {
  // They share the context: a third is kept for the answer where the model allows as much.
  const outputTokens = Math.max(256, Math.min(maxOutputTokens ?? Infinity, Math.floor(context / 3)))
  return { inputTokens: Math.max(256, Math.floor((context - outputTokens) * USED_SHARE)), outputTokens }
}

const roomOf = (row: ModelRow, counter: Pick<CalibratedCounter, 'text'>, contextLength: number | null): TextRoom => ({
  model: `${row.provider}/${row.key}`,
  contextLength,
  ...divide(contextLength ?? UNKNOWN_CONTEXT, row.maxOutputTokens),
  count: (text) => counter.text(row, text),
})

const anyRoom = (contextLength: number | undefined): TextRoom =>
  contextLength === undefined ? ANY_MODEL : { ...ANY_MODEL, contextLength, ...divide(contextLength, null) }

export const createTextRoom =
  (deps: { readonly catalog: Pick<Catalog, 'find'>; readonly counter: Pick<CalibratedCounter, 'text'> }): TextRoomOf =>
  (model, contextLength) => {
    const row = deps.catalog.find(model)
    if (row === null) return Promise.resolve(anyRoom(contextLength))
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
    const evidence = `refusals: an input of ${refusedTokens} was refused, ${answeredTokens} was answered`
    // Whatever was answered had less than the room that its request was made for.
    catalog.correct(row, { contextLength, evidence, bounds: { answered: contextLength, refused: refusedTokens } })
  }
