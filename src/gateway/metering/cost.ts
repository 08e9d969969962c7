/**
 * What a call costs, from its usage and its model's prices, in whole microcents (1 USD = 100 000 000). A price that is
 * not known makes the cost unknown (null); it never makes it 0.
 */
import type { Usage } from '../types/attempts.ts'
import type { Prices } from '../types/models.ts'

/** USD per million tokens × this = microcents per token. */
const MICROCENTS_PER_TOKEN = 100

export interface CostInput {
  readonly usage: Usage
  readonly prices: Prices | null
  readonly imageCount?: number
}

type Rate = number | null | undefined

interface Rates {
  readonly input: Rate
  readonly output: Rate
  readonly cachedInput: Rate
  readonly cacheWrite: Rate
}

/** The tier whose bound the input passes, which then holds for every token of the request. */
const ratesFor = (prices: Prices, inputTokens: number): Rates => {
  const tier = prices.tiers
    ?.filter((one) => inputTokens > one.aboveInputTokens)
    .toSorted((first, second) => second.aboveInputTokens - first.aboveInputTokens)[0]
  if (tier === undefined)
    return {
      input: prices.inputPerMillion,
      output: prices.outputPerMillion,
      cachedInput: prices.cachedInputPerMillion,
      cacheWrite: prices.cacheWritePerMillion,
    }
  return {
    input: tier.inputPerMillion,
    output: tier.outputPerMillion,
    cachedInput:
      tier.cachedInputPerMillion ?? scaled(prices.cachedInputPerMillion, tier.inputPerMillion, prices.inputPerMillion),
    cacheWrite:
      tier.cacheWritePerMillion ?? scaled(prices.cacheWritePerMillion, tier.inputPerMillion, prices.inputPerMillion),
  }
}

const scaled = (rate: Rate, tierInput: number, input: Rate): Rate =>
  rate === null || rate === undefined || !input ? undefined : (rate * tierInput) / input

/** Null as soon as tokens were used whose price is unknown; a rate of its own that is missing falls back to the plain one. */
const charge = (tokens: number, rate: Rate, plain?: Rate): number | null => {
  if (tokens === 0) return 0
  const used = rate ?? plain
  return used === null || used === undefined ? null : tokens * used * MICROCENTS_PER_TOKEN
}

const sum = (costs: readonly (number | null)[]): number | null =>
  costs.reduce<number | null>((total, cost) => (total === null || cost === null ? null : total + cost), 0)

/** Exact, before rounding; reasoning is part of the output and priced like it. */
const tokenCost = (usage: Usage, prices: Prices): number | null => {
  const rates = ratesFor(prices, usage.inputTokens)
  const audio = usage.audioInputTokens ?? 0
  const cachedAudio = Math.min(usage.cachedAudioInputTokens ?? 0, audio, usage.cachedInputTokens)
  const image = usage.imageOutputTokens ?? 0
  const plainAudio = audio - cachedAudio
  const cachedText = usage.cachedInputTokens - cachedAudio
  const plainText = Math.max(0, usage.inputTokens - audio - cachedText - usage.cacheWriteTokens)
  const audioRate = prices.audioInputPerMillion ?? rates.input
  return sum([
    charge(plainText, rates.input),
    charge(cachedText, rates.cachedInput, rates.input),
    charge(usage.cacheWriteTokens, rates.cacheWrite, rates.input),
    charge(plainAudio, audioRate),
    charge(cachedAudio, prices.cachedAudioInputPerMillion, audioRate),
    charge(usage.outputTokens - image, rates.output),
    charge(image, prices.imageOutputPerMillion, rates.output),
  ])
}

/** By the minute where such a price is set, and then nothing for the tokens of the same audio. */
const exactCost = ({ usage, prices, imageCount = 0 }: CostInput): number | null => {
  if (prices === null) return null
  const perMinute = prices.audioPerMinute
  if (perMinute !== null && perMinute !== undefined && usage.audioSecond !== undefined)
    return (usage.audioSecond / 60) * perMinute * 100_000_000
  const perImage = prices.perImage
  if (imageCount > 0 && perImage !== null && perImage !== undefined) return imageCount * perImage * 100_000_000
  const used = usage.inputTokens + usage.outputTokens > 0
  if (!used && (usage.audioSecond !== undefined || imageCount > 0)) return null
  // Nothing used and nothing reported is not the same as free.
  if (!used && !usage.reported) return null
  return tokenCost(usage, prices)
}

/** Whole microcents, rounded up so that many small calls never add up to less than they cost; null is unknown. */
export const costOf = (input: CostInput): number | null => {
  const exact = exactCost(input)
  // The noise of floating point must not round a whole number up.
  return exact === null ? null : Math.ceil(Number(exact.toFixed(6)))
}
