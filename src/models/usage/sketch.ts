/** Percentiles from sketches: counts of times in buckets that grow by 8 %. Sketches merge by adding their counts. Pure. */

/** Each bucket's upper end is this much more than its lower one; the same number stands in the migration. */
const GROWTH = 1.08

export interface Cell {
  readonly bucket: number
  readonly count: number
}

/** The time that stands for all in a bucket: off by less than 4 % from each of them. */
export const bucketMs = (bucket: number): number =>
  bucket <= 0 ? 1 : Math.round((2 * GROWTH ** bucket) / (GROWTH + 1))

/** The bucket of a time, as the database's `sketch_bucket` has it. */
export const bucketOf = (ms: number): number =>
  ms <= 1 ? 0 : Math.ceil(Number((Math.log(ms) / Math.log(GROWTH)).toFixed(9)))

/** The time that this share (0–1) of all did not pass; null without any. Cells may come in any order, more than once. */
export const percentileMs = (cells: readonly Cell[], share: number): number | null => {
  const total = cells.reduce((sum, { count }) => sum + count, 0)
  if (total === 0) return null
  const rank = Math.max(1, Math.ceil(share * total))
  let seen = 0
  for (const { bucket, count } of cells.toSorted((one, other) => one.bucket - other.bucket)) {
    seen += count
    if (seen >= rank) return bucketMs(bucket)
  }
  return null
}
