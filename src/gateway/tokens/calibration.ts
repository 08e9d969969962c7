/**
 * Learns per model how far the estimate is off, from the usage that providers report.
 *
 * Keeps the mean ratio of reported to estimated and its spread; the factor stays above the mean by a margin that
 * shrinks as evidence grows, because an estimate that is too low fails a call and one that is too high costs little.
 */
export interface Calibration {
  /** What an estimate is multiplied by. */
  factor(model: string): number
  observe(model: string, estimated: number, reported: number): void
}

interface Evidence {
  count: number
  mean: number
  /** Sum of squared differences from the mean (Welford). */
  spread: number
}

/** Without evidence: tokenizers of one language differ by about this much. */
const FIRST_MARGIN = 0.15
/** Short requests are mostly overhead and teach nothing about text. */
const SMALLEST_SAMPLE = 200
const LARGEST_RATIO = 4

export const createCalibration = (): Calibration => {
  const evidence = new Map<string, Evidence>()
  return {
    factor(model) {
      const known = evidence.get(model)
      if (known === undefined) return 1 + FIRST_MARGIN
      const deviation = Math.sqrt(known.spread / known.count)
      return known.mean + 2 * deviation + FIRST_MARGIN / Math.sqrt(known.count + 1)
    },
    observe(model, estimated, reported) {
      if (estimated < SMALLEST_SAMPLE || reported <= 0) return
      const ratio = Math.min(LARGEST_RATIO, Math.max(1 / LARGEST_RATIO, reported / estimated))
      const known = evidence.get(model) ?? { count: 0, mean: 0, spread: 0 }
      known.count += 1
      const before = ratio - known.mean
      known.mean += before / known.count
      known.spread += before * (ratio - known.mean)
      evidence.set(model, known)
    },
  }
}
