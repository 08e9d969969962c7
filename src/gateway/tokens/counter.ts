/** Counts with the best means at hand: a real tokenizer where one is loaded, the estimate otherwise; both calibrated. */
import type { ModelRow } from '../types/models.ts'
import type { ChatRequest } from '../types/requests.ts'
import type { Calibration } from './calibration.ts'
import { countMedia, countRequest, estimateText, hasMedia, type CountText, type TokenCounter } from './estimate.ts'
import { pictureCounter } from './picture-tokens.ts'

/** A tokenizer for a model, or null: loaded by the host, since it takes memory that not everybody wants to spend. */
export type TokenizerOf = (row: ModelRow) => CountText | null

/** A tokenizer's time grows with the text; beyond this the estimate is near enough and a thousand times faster. */
const LONGEST_EXACT_TEXT = 200_000

/** For a model that is calibrated by its tokenizer: the estimate errs by more than that. */
const estimateHigh: CountText = (text) => Math.ceil(estimateText(text) * 1.15)

/** A real tokenizer still misses what the provider adds around messages. */
const EXACT_MARGIN = 0.02

export interface CalibratedCounter extends TokenCounter {
  /** The words as they are counted here, without what was learned. */
  raw(row: ModelRow, request: ChatRequest): number
  /** Learns from what the provider counted for a request. */
  observe(row: ModelRow, request: ChatRequest, reportedTokens: number): void
}

export const createTokenCounter = (deps: {
  readonly calibration: Calibration
  readonly tokenizerOf?: TokenizerOf
}): CalibratedCounter => {
  const { calibration, tokenizerOf = () => null } = deps
  // Routing asks for many models about one request, and most of them count alike.
  const counted = new WeakMap<ChatRequest, Map<CountText, number>>()
  const raw = (row: ModelRow, request: ChatRequest): number => {
    const exact = tokenizerOf(row)
    const means = exact ?? estimateText
    const known = counted.get(request)?.get(means)
    if (known !== undefined) return known
    const tokens = countRequest(request, countOf(exact))
    counted.set(request, (counted.get(request) ?? new Map<CountText, number>()).set(means, tokens))
    return tokens
  }
  const countOf = (exact: CountText | null): CountText =>
    exact === null ? estimateText : (text) => (text.length > LONGEST_EXACT_TEXT ? estimateHigh(text) : exact(text))
  // What is learned about one means of counting says nothing about the other.
  const nameOf = (row: ModelRow): string =>
    `${row.provider}/${row.key}${tokenizerOf(row) === null ? '' : ' (tokenizer)'}`
  const factorOf = (row: ModelRow): number =>
    tokenizerOf(row) === null ? calibration.factor(nameOf(row)) : calibration.factor(nameOf(row), EXACT_MARGIN)
  return {
    raw,
    text: (row, text) => Math.ceil(countOf(tokenizerOf(row))(text) * factorOf(row)),
    request: (row, request) =>
      Math.ceil(raw(row, request) * factorOf(row)) + (hasMedia(request) ? countMedia(request, pictureCounter(row)) : 0),
    observe(row, request, reportedTokens) {
      // How far a picture's bound is off says nothing about words.
      if (!hasMedia(request)) calibration.observe(nameOf(row), raw(row, request), reportedTokens)
    },
  }
}
