/** Counts with the best means at hand: a real tokenizer where one is loaded, the calibrated estimate otherwise. */
import type { ModelRow } from '../types.ts'
import type { Calibration } from './calibration.ts'
import { countRequest, estimateText, type CountText, type TokenCounter } from './estimate.ts'

/** A tokenizer for a model, or null: loaded by the host, since it takes memory that not everybody wants to spend. */
export type TokenizerOf = (row: ModelRow) => CountText | null

/** A tokenizer's time grows with the text; beyond this the estimate is near enough and a thousand times faster. */
const LONGEST_EXACT_TEXT = 200_000

const modelOf = (row: ModelRow): string => `${row.provider}/${row.key}`

export interface CalibratedCounter extends TokenCounter {
  /** The estimate without calibration, as `calibration.observe` wants it. */
  raw(row: ModelRow, request: Parameters<TokenCounter['request']>[1]): number
}

export const createTokenCounter = (deps: {
  readonly calibration: Calibration
  readonly tokenizerOf?: TokenizerOf
}): CalibratedCounter => {
  const { calibration, tokenizerOf = () => null } = deps
  const countOf = (row: ModelRow): CountText => {
    const exact = tokenizerOf(row)
    return exact === null
      ? estimateText
      : (text) => (text.length > LONGEST_EXACT_TEXT ? estimateText(text) : exact(text))
  }
  // An exact tokenizer still misses what the provider adds around messages; calibration finds it, a margin is not needed.
  const factorOf = (row: ModelRow): number => (tokenizerOf(row) === null ? calibration.factor(modelOf(row)) : 1.02)
  return {
    text: (row, text) => Math.ceil(countOf(row)(text) * factorOf(row)),
    request: (row, request) => Math.ceil(countRequest(request, countOf(row)) * factorOf(row)),
    raw: (row, request) => countRequest(request, countOf(row)),
  }
}
