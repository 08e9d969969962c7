/**
 * Which token comes next: suppressed tokens, timestamp rules, greedy or sampled choice. Pure but for the logits, which are
 * written to.
 *
 * The rules are those of OpenAI's decoder: timestamps come in pairs and never go back, the first is at most 1 s, and a
 * timestamp is forced when all timestamps together are likelier than the best text token.
 */
import type { WhisperSettings } from './model-settings.ts'

/** 50 × 20 ms. */
const LATEST_FIRST_TIMESTAMP = 50
/** e^−16 of the best token's weight does not change a sum of 50,000 in the sixth digit that matters here. */
const NEGLIGIBLE = 16

export interface TokenChoice {
  readonly token: number
  /** Natural logarithm of its probability among the allowed tokens, at temperature 1. */
  readonly logProbability: number
}

export interface TokenRules {
  readonly settings: WhisperSettings
  readonly timestamps: boolean
  /** 0 is greedy. */
  readonly temperature: number
}

/** `logits` are one row's; `said` what it has said after the prompt; `random` gives 0 ≤ x < 1, used above temperature 0. */
export const chooseToken = (
  logits: Float32Array,
  said: readonly number[],
  rules: TokenRules,
  random: () => number,
): TokenChoice => {
  const { settings } = rules
  suppress(logits, settings.suppressed)
  if (said.length === 0) suppress(logits, settings.suppressedAtStart)
  logits.fill(
    Number.NEGATIVE_INFINITY,
    settings.endOfText + 1,
    rules.timestamps ? settings.firstTimestamp : logits.length,
  )
  if (rules.timestamps) applyTimestampRules(logits, said, settings)
  return rules.temperature === 0 ? chooseBest(logits) : sample(logits, rules.temperature, random)
}

const suppress = (logits: Float32Array, tokens: readonly number[]): void => {
  for (const token of tokens) logits[token] = Number.NEGATIVE_INFINITY
}

const applyTimestampRules = (logits: Float32Array, said: readonly number[], settings: WhisperSettings): void => {
  const { firstTimestamp, endOfText } = settings
  const isTimestamp = (token: number | undefined): boolean => token !== undefined && token >= firstTimestamp
  const forbid = (from: number, to: number): void =>
    void logits.fill(Number.NEGATIVE_INFINITY, from, Math.max(from, to))
  if (said.length === 0) {
    forbid(0, firstTimestamp)
    forbid(firstTimestamp + LATEST_FIRST_TIMESTAMP + 1, logits.length)
    return
  }
  const afterTimestamp = isTimestamp(said.at(-1))
  const pairClosed = afterTimestamp && (said.length < 2 || isTimestamp(said.at(-2)))
  if (pairClosed) forbid(firstTimestamp, logits.length)
  else if (afterTimestamp) forbid(0, endOfText)
  const latest = said.findLast(isTimestamp)
  if (latest !== undefined) forbid(firstTimestamp, afterTimestamp && !pairClosed ? latest : latest + 1)
  const text = chooseRange(logits, 0, firstTimestamp)
  if (logSum(logits, firstTimestamp, logits.length) > text.value) forbid(0, firstTimestamp)
}

const chooseRange = (logits: Float32Array, from: number, to: number): { token: number; value: number } => {
  let token = from
  let value = Number.NEGATIVE_INFINITY
  for (let index = from; index < to; index += 1) {
    const logit = logits[index] as number
    if (logit > value) [token, value] = [index, logit]
  }
  return { token, value }
}

/** Logarithm of the sum of exponentials. */
export const logSum = (logits: Float32Array, from: number, to: number): number => {
  return logSumBelow(logits, from, to, chooseRange(logits, from, to).value)
}

const logSumBelow = (logits: Float32Array, from: number, to: number, highest: number): number => {
  if (highest === Number.NEGATIVE_INFINITY) return highest
  const least = highest - NEGLIGIBLE
  let sum = 0
  for (let index = from; index < to; index += 1) {
    const logit = logits[index] as number
    if (logit > least) sum += Math.exp(logit - highest)
  }
  return highest + Math.log(sum)
}

const chooseBest = (logits: Float32Array): TokenChoice => {
  const { token, value } = chooseRange(logits, 0, logits.length)
  return { token, logProbability: value - logSumBelow(logits, 0, logits.length, value) }
}

const sample = (logits: Float32Array, temperature: number, random: () => number): TokenChoice => {
  const best = chooseRange(logits, 0, logits.length)
  const weight = (index: number): number => {
    const below = ((logits[index] as number) - best.value) / temperature
    return below > -NEGLIGIBLE ? Math.exp(below) : 0
  }
  let total = 0
  for (let index = 0; index < logits.length; index += 1) total += weight(index)
  let left = random() * total
  let token = best.token
  for (let index = 0; index < logits.length; index += 1) {
    const share = weight(index)
    if (share === 0) continue
    token = index
    left -= share
    if (left <= 0) break
  }
  return { token, logProbability: (logits[token] as number) - logSumBelow(logits, 0, logits.length, best.value) }
}

/** Small seeded generator (mulberry32), so that a window recognized again after a crash gives the same text. */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
