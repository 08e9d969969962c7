/**
 * Learns per model how far the estimate is off, from the usage that providers report.
 *
 * Keeps the mean ratio of reported to estimated and its spread; the factor stays above the mean by a margin that
 * shrinks as evidence grows, because an estimate that is too low fails a call and one that is too high costs little.
 */
export interface Calibration {
  /** What an estimate is multiplied by. @param firstMargin how far the means of counting may be off without evidence */
  factor(model: string, firstMargin?: number): number
  observe(model: string, estimated: number, reported: number): void
  /** Everything learned, for the host to keep. */
  evidence(): readonly CalibrationEvidence[]
}

export interface CalibrationEvidence {
  readonly model: string
  readonly count: number
  readonly mean: number
  /** Sum of squared differences from the mean (Welford). */
  readonly spread: number
}

/** Without evidence: tokenizers of one language differ by about this much. */
const FIRST_MARGIN = 0.15
/** Short requests are mostly overhead and teach nothing about text. */
const SMALLEST_SAMPLE = 200
const LARGEST_RATIO = 4
/** Older requests count no more than this many: a provider may change its tokenizer under the same name. */
const LONGEST_MEMORY = 500

export const createCalibration = (
  known: readonly CalibrationEvidence[] = [],
  onObserved: (evidence: CalibrationEvidence) => void = () => {},
): Calibration => {
  const evidence = new Map(known.map((one) => [one.model, one]))
  return {
    factor(model, firstMargin = FIRST_MARGIN) {
      const one = evidence.get(model)
      if (one === undefined) return 1 + firstMargin
      const deviation = Math.sqrt(one.spread / one.count)
      return one.mean + 2 * deviation + firstMargin / Math.sqrt(one.count + 1)
    },
    observe(model, estimated, reported) {
      if (estimated < SMALLEST_SAMPLE || reported <= 0) return
      const ratio = Math.min(LARGEST_RATIO, Math.max(1 / LARGEST_RATIO, reported / estimated))
      const before = evidence.get(model) ?? { model, count: 0, mean: 0, spread: 0 }
      const count = Math.min(before.count, LONGEST_MEMORY - 1) + 1
      const kept = before.count === 0 ? 0 : (count - 1) / before.count
      const difference = ratio - before.mean
      const mean = before.mean + difference / count
      const after = { model, count, mean, spread: before.spread * kept + difference * (ratio - mean) }
      evidence.set(model, after)
      onObserved(after)
    },
    evidence: () => [...evidence.values()],
  }
}
