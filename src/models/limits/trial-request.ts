/** A request of a given size that costs as little as it can: the text asks for one word. */
import type { ChatRequest, ModelRow } from '../../gateway/index.ts'
import { costOf } from '../../gateway/metering/cost.ts'

const QUESTION = 'Above are lines to be ignored. Answer with the word yes.'
/** Reasoning models think before they write; their thoughts count. */
const outputTokensOf = (row: ModelRow): number =>
  Math.min(row.capabilities.includes('reasoning') ? 256 : 16, row.maxOutputTokens ?? Infinity)

/** Lines that differ, as those of a transcript do: of one line again and again a tokenizer would make less. */
const lineOf = (at: number): string =>
  `${at}. The meeting of day ${(at * 37) % 365} began at ${at % 24} and ended late.\n`

type Count = (request: ChatRequest) => number

/** As many lines as fit into the size with their question and the answer; the count of lines is searched by halves. */
export const trialRequest = (row: ModelRow, tokens: number, count: Count): ChatRequest => {
  const maxOutputTokens = outputTokensOf(row)
  const withLines = (lines: number): ChatRequest => ({
    model: `${row.provider}/${row.key}`,
    messages: [
      { role: 'user', content: `${Array.from({ length: lines }, (_, at) => lineOf(at)).join('')}${QUESTION}` },
    ],
    maxOutputTokens,
    ...(row.capabilities.includes('reasoning') && { reasoning: { effort: 'low' as const } }),
  })
  let [fits, over] = [0, Math.ceil(tokens / 4)]
  while (over - fits > 1) {
    const middle = Math.floor((fits + over) / 2)
    if (count(withLines(middle)) + maxOutputTokens <= tokens) fits = middle
    else over = middle
  }
  return withLines(fits)
}

/** What it costs at most, in microcents; null where no price tells. */
export const mostTrialCosts = (row: ModelRow, tokens: number): number | null => {
  const outputTokens = outputTokensOf(row)
  const usage = {
    inputTokens: tokens - outputTokens,
    outputTokens,
    cachedInputTokens: 0,
    cacheWriteTokens: 0,
    reasoningTokens: 0,
    reported: true,
  }
  return costOf({ usage, prices: row.prices })
}
