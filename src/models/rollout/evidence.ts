/**
 * How much speaks for a difference between two arms, valid however often one looks.
 *
 * Each function returns the natural logarithm of a likelihood ratio of a mixture of alternatives against the best that the
 * null hypothesis can offer. Under the null hypothesis such a ratio exceeds 1/a at any time with a probability of at most a
 * (Ville's inequality), so a rollout may be judged every minute without a correction for looking. For error rates this is
 * exact at any count; for means it holds once they are near normal, which is what the minimum of samples is for.
 * docs/rollout.md has the simulated rates.
 */

export interface Count {
  readonly requests: number
  readonly failures: number
}

/** Mean and variance of what was measured, e.g. of the logarithm of the response time. */
export interface Moments {
  readonly count: number
  readonly mean: number
  readonly variance: number
}

// ── Error rates ──────────────────────────────────────────────────────────────────────────────────────────────────

/** Beta prior of the alternatives: most models fail seldom. Any choice is valid; this one needs few samples. */
const PRIOR = { failures: 0.5, successes: 10 }

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

/** For x > 0; Lanczos, about 15 digits. */
export const logGamma = (x: number): number => {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const shifted = x - 1
  const base = shifted + 7.5
  const sum = LANCZOS.reduce((total, factor, at) => (at === 0 ? factor : total + factor / (shifted + at)), 0)
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(base) - base + Math.log(sum)
}
const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b)

const logMarginal = ({ requests, failures }: Count): number =>
  logBeta(PRIOR.failures + failures, PRIOR.successes + requests - failures) - logBeta(PRIOR.failures, PRIOR.successes)

const times = (count: number, rate: number): number => (count === 0 ? 0 : count * Math.log(rate))
const logLikelihood = ({ requests, failures }: Count, rate: number): number =>
  times(failures, rate) + times(requests - failures, 1 - rate)

const pooled = (a: Count, b: Count): Count => ({
  requests: a.requests + b.requests,
  failures: a.failures + b.failures,
})
const rateOf = ({ requests, failures }: Count): number => (requests === 0 ? 0 : failures / requests)
const logMean = (a: number, b: number): number => {
  const most = Math.max(a, b)
  return most + Math.log((Math.exp(a - most) + Math.exp(b - most)) / 2)
}

/** The best likelihood with the candidate's rate higher by exactly `margin`; concave in the rate, so halving finds it. */
const bestAtMargin = (control: Count, candidate: Count, margin: number): number => {
  const at = (rate: number): number => logLikelihood(control, rate) + logLikelihood(candidate, rate + margin)
  let [low, high] = [0, 1 - margin]
  for (let step = 0; step < 60; step += 1) {
    const third = (high - low) / 3
    if (at(low + third) < at(high - third)) low += third
    else high -= third
  }
  return at((low + high) / 2)
}

const bestApart = (control: Count, candidate: Count): number =>
  logLikelihood(control, rateOf(control)) + logLikelihood(candidate, rateOf(candidate))

const alternatives = (control: Count, candidate: Count): number =>
  logMean(logMarginal(control) + logMarginal(candidate), logMarginal(pooled(control, candidate)))

/** Against “the candidate fails no more often than the control”. */
export const evidenceOfMoreErrors = (control: Count, candidate: Count): number => {
  const isHigher = rateOf(candidate) > rateOf(control)
  const best = isHigher ? bestAtMargin(control, candidate, 0) : bestApart(control, candidate)
  return alternatives(control, candidate) - best
}

/** Against “the candidate's error rate is higher by `margin` or more”. */
export const evidenceOfErrorsWithin = (control: Count, candidate: Count, margin: number): number => {
  const isBeyond = rateOf(candidate) >= rateOf(control) + margin
  const best = isBeyond ? bestApart(control, candidate) : bestAtMargin(control, candidate, margin)
  return alternatives(control, candidate) - best
}

// ── Means ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Standard deviation of the differences that the mixture expects, as a logarithm: some 20 %. */
const EXPECTED_DIFFERENCE = 0.2

/** Abramowitz and Stegun 26.2.17, to 7 digits. */
const normalBelow = (z: number): number => {
  const t = 1 / (1 + 0.2316419 * Math.abs(z))
  const tail =
    (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return z >= 0 ? 1 - tail : tail
}

/** Against “the true difference is zero or below”, by a half-normal mixture (mSPRT). */
const evidenceAbove = (difference: number, variance: number): number => {
  const expected = EXPECTED_DIFFERENCE ** 2
  const all = variance + expected
  const z = (difference * EXPECTED_DIFFERENCE) / Math.sqrt(variance * all)
  return 0.5 * Math.log(variance / all) + (z * z) / 2 + Math.log(Math.max(2 * normalBelow(z), Number.MIN_VALUE))
}

/** Fewer say nothing about a variance. */
const LEAST_FOR_MEANS = 30
/** Prices may be the same for every request; a difference of nothing divided by nothing must not count as proof. */
const LEAST_VARIANCE = 0.01

const comparable = (control: Moments, candidate: Moments): { difference: number; variance: number } | null => {
  if (control.count < LEAST_FOR_MEANS || candidate.count < LEAST_FOR_MEANS) return null
  const variance =
    Math.max(control.variance, LEAST_VARIANCE) / control.count +
    Math.max(candidate.variance, LEAST_VARIANCE) / candidate.count
  return { difference: candidate.mean - control.mean, variance }
}

/** Against “the candidate's mean is no higher”. Null while there is too little to say. */
export const evidenceOfHigherMean = (control: Moments, candidate: Moments): number | null => {
  const both = comparable(control, candidate)
  return both && evidenceAbove(both.difference, both.variance)
}

/** Against “the candidate's mean is higher by `margin` or more”. Null while there is too little to say. */
export const evidenceOfMeanWithin = (control: Moments, candidate: Moments, margin: number): number | null => {
  const both = comparable(control, candidate)
  return both && evidenceAbove(margin - both.difference, both.variance)
}
