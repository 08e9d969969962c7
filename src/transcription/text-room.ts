/** How much text a request to a model may carry, from the catalog. */
import type { Catalog } from '../gateway/catalog/catalog.ts'
import type { CalibratedCounter } from '../gateway/tokens/counter.ts'
import { estimateText } from '../gateway/tokens/estimate.ts'
import type { ModelRow } from '../gateway/types.ts'
import type { TextRoom } from './dependencies.ts'

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

const roomOf = (row: ModelRow, counter: Pick<CalibratedCounter, 'text'>): TextRoom => {
  const context = row.contextLength ?? UNKNOWN_CONTEXT
  // Input and output share the context: a third is kept for the answer where the model allows as much.
  const outputTokens = Math.max(256, Math.min(row.maxOutputTokens ?? Infinity, Math.floor(context / 3)))
  return {
    model: `${row.provider}/${row.key}`,
    contextLength: row.contextLength,
    inputTokens: Math.max(256, Math.floor((context - outputTokens) * USED_SHARE)),
    outputTokens,
    count: (text) => counter.text(row, text),
  }
}

export const createTextRoom =
  (deps: { readonly catalog: Pick<Catalog, 'find'>; readonly counter: Pick<CalibratedCounter, 'text'> }) =>
  (model: string): Promise<TextRoom> => {
    const row = deps.catalog.find(model)
    return Promise.resolve(row === null ? ANY_MODEL : roomOf(row, deps.counter))
  }
