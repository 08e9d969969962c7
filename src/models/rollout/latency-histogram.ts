/**
 * Response times by bucket, so that percentiles of many requests, processes and hours come from a few numbers. Each bucket
 * is a tenth wider than the one before, so a percentile is right to within 5 %.
 */

/** Requests by number of the bucket; buckets that are not there are empty. */
export type LatencyHistogram = Readonly<Record<string, number>>

const GROWTH = Math.log(1.1)

export const emptyHistogram: LatencyHistogram = Object.freeze({})

const bucketOf = (durationMs: number): string => String(Math.round(Math.log(Math.max(1, durationMs)) / GROWTH))

export const noteTime = (histogram: LatencyHistogram, durationMs: number): LatencyHistogram => {
  const bucket = bucketOf(durationMs)
  return { ...histogram, [bucket]: (histogram[bucket] ?? 0) + 1 }
}

export const addHistograms = (a: LatencyHistogram, b: LatencyHistogram): LatencyHistogram => {
  const sum: Record<string, number> = { ...a }
  for (const [bucket, count] of Object.entries(b)) sum[bucket] = (sum[bucket] ?? 0) + count
  return sum
}

/** In milliseconds; null for an empty histogram. `share` 0.5 is the median. */
export const percentileOf = (histogram: LatencyHistogram, share: number): number | null => {
  const buckets = Object.entries(histogram)
    .map(([bucket, count]) => ({ bucket: Number(bucket), count }))
    .sort((a, b) => a.bucket - b.bucket)
  const total = buckets.reduce((sum, { count }) => sum + count, 0)
  if (total === 0) return null
  let left = Math.max(1, Math.ceil(share * total))
  for (const { bucket, count } of buckets) {
    left -= count
    if (left <= 0) return Math.round(Math.exp(bucket * GROWTH))
  }
  return null
}
