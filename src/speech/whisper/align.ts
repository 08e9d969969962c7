/**
 * Which frame each token was said in: the cross attention of the model's alignment heads, cleaned, then dynamic time warping
 * (the method of OpenAI's word timing). Pure.
 */

export const FRAMES_PER_SECOND = 50
const MEDIAN_WIDTH = 7
const HALF = MEDIAN_WIDTH >> 1

/**
 * Seconds from the window's start at which each token begins; one more at the end for the end of the last.
 * `attention` is token × head × frame, the end of text being the last token.
 */
export const alignTokens = (attention: Float32Array, heads: number, frames: number): Float64Array => {
  const tokens = attention.length / (heads * frames)
  const cost = new Float32Array(tokens * frames)
  for (let head = 0; head < heads; head += 1) {
    const weights = Array.from({ length: tokens }, (_, token) => {
      const from = (token * heads + head) * frames
      return attention.subarray(from, from + frames)
    })
    addHead(cost, weights, frames)
  }
  return beginnings(cost, tokens, frames)
}

/** Adds one head: normalized over tokens in each frame, smoothed by a median over frames. */
const addHead = (cost: Float32Array, weights: readonly Float32Array[], frames: number): void => {
  // The softmax ran over 30 s; over the frames that hold sound it is a matter of dividing by their sum.
  const shares = Float64Array.from(weights, (weight) => 1 / (sumOf(weight) + 1e-12))
  const { mean, scale } = frameStatistics(weights, shares, frames)
  const line = new Float32Array(frames + MEDIAN_WIDTH - 1)
  weights.forEach((weight, token) => {
    const share = shares[token] as number
    for (let frame = 0; frame < frames; frame += 1) {
      line[frame + HALF] = ((weight[frame] as number) * share - (mean[frame] as number)) * (scale[frame] as number)
    }
    for (let edge = 1; edge <= HALF; edge += 1) {
      line[HALF - edge] = line[HALF + Math.min(edge, frames - 1)] as number
      line[HALF + frames - 1 + edge] = line[HALF + Math.max(frames - 1 - edge, 0)] as number
    }
    subtractMedians(cost, token * frames, line)
  })
}

const sumOf = (values: Float32Array): number => {
  let sum = 0
  for (let index = 0; index < values.length; index += 1) sum += values[index] as number
  return sum
}

const frameStatistics = (
  weights: readonly Float32Array[],
  shares: Float64Array,
  frames: number,
): { mean: Float64Array; scale: Float64Array } => {
  const mean = new Float64Array(frames)
  const scale = new Float64Array(frames)
  weights.forEach((weight, token) => {
    const share = shares[token] as number
    for (let frame = 0; frame < frames; frame += 1) {
      const value = (weight[frame] as number) * share
      mean[frame] = (mean[frame] as number) + value
      scale[frame] = (scale[frame] as number) + value * value
    }
  })
  for (let frame = 0; frame < frames; frame += 1) {
    const average = (mean[frame] as number) / weights.length
    const variance = Math.max(0, (scale[frame] as number) / weights.length - average * average)
    mean[frame] = average
    scale[frame] = 1 / (Math.sqrt(variance) + 1e-9)
  }
  return { mean, scale }
}

/** `line` is longer than the stretch of `target` by the reflected edges. */
const subtractMedians = (target: Float32Array, offset: number, line: Float32Array): void => {
  const sorted = line.slice(0, MEDIAN_WIDTH).sort()
  const frames = line.length - MEDIAN_WIDTH + 1
  for (let frame = 0; ; frame += 1) {
    target[offset + frame] = (target[offset + frame] as number) - (sorted[HALF] as number)
    if (frame + 1 >= frames) return
    replaceSorted(sorted, line[frame] as number, line[frame + MEDIAN_WIDTH] as number)
  }
}

/** The window moves on by a frame: one value leaves, one comes, and those between them shift. */
const replaceSorted = (sorted: Float32Array, leaving: number, coming: number): void => {
  let place = 0
  while (place + 1 < MEDIAN_WIDTH && sorted[place] !== leaving) place += 1
  while (place + 1 < MEDIAN_WIDTH && (sorted[place + 1] as number) < coming) {
    sorted[place] = sorted[place + 1] as number
    place += 1
  }
  while (place > 0 && (sorted[place - 1] as number) > coming) {
    sorted[place] = sorted[place - 1] as number
    place -= 1
  }
  sorted[place] = coming
}

const DIAGONAL = 0
const NEXT_TOKEN = 1
const NEXT_FRAME = 2

/** Cheapest monotonic path through tokens × frames; where it enters a token's row, the token begins. */
const beginnings = (cost: Float32Array, tokens: number, frames: number): Float64Array => {
  const steps = new Uint8Array(tokens * frames)
  let previous = new Float64Array(frames + 1).fill(Number.POSITIVE_INFINITY)
  let current = new Float64Array(frames + 1)
  previous[0] = 0
  for (let token = 0; token < tokens; token += 1) {
    current[0] = Number.POSITIVE_INFINITY
    for (let frame = 0; frame < frames; frame += 1) {
      const diagonal = previous[frame] as number
      const nextToken = previous[frame + 1] as number
      const nextFrame = current[frame] as number
      const step =
        diagonal < nextToken && diagonal < nextFrame
          ? DIAGONAL
          : nextToken < diagonal && nextToken < nextFrame
            ? NEXT_TOKEN
            : NEXT_FRAME
      steps[token * frames + frame] = step
      current[frame + 1] = (cost[token * frames + frame] as number) + Math.min(diagonal, nextToken, nextFrame)
    }
    const free = previous
    previous = current
    current = free
  }
  return walkBack(steps, tokens, frames)
}

const walkBack = (steps: Uint8Array, tokens: number, frames: number): Float64Array => {
  const begins = new Float64Array(tokens + 1)
  begins[tokens] = frames / FRAMES_PER_SECOND
  let token = tokens - 1
  let frame = frames - 1
  while (token > 0 || frame > 0) {
    begins[token] = frame / FRAMES_PER_SECOND
    const step = token === 0 ? NEXT_FRAME : frame === 0 ? NEXT_TOKEN : steps[token * frames + frame]
    if (step !== NEXT_TOKEN) frame -= 1
    if (step !== NEXT_FRAME) token -= 1
  }
  begins[0] = 0
  return begins
}
