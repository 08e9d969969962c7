/**
 * Which frame each token was said in: the cross attention of the model's alignment heads, cleaned, then dynamic time warping
 * (the method of OpenAI's word timing). Pure.
 */

export const FRAMES_PER_SECOND = 50
const MEDIAN_WIDTH = 7
const HALF = MEDIAN_WIDTH >> 1

/**
 * Seconds from the window's start at which each token begins; one more at the end for the end of the last.
 * `attention` holds, per token and for the end of text, heads × frames.
 */
export const alignTokens = (attention: readonly Float32Array[], heads: number, frames: number): Float64Array => {
  const tokens = attention.length
  const cost = new Float32Array(tokens * frames)
  for (let head = 0; head < heads; head += 1) addHead(cost, attention, head, frames)
  return beginnings(cost, tokens, frames)
}

/** Adds one head: normalized over tokens in each frame, smoothed by a median over frames. */
const addHead = (cost: Float32Array, attention: readonly Float32Array[], head: number, frames: number): void => {
  const weights = attention.map((token) => renormalized(token.subarray(head * frames, (head + 1) * frames)))
  const { mean, scale } = frameStatistics(weights, frames)
  const line = new Float32Array(frames + MEDIAN_WIDTH - 1)
  weights.forEach((weight, token) => {
    for (let frame = 0; frame < frames; frame += 1) {
      line[frame + HALF] = ((weight[frame] as number) - (mean[frame] as number)) * (scale[frame] as number)
    }
    for (let edge = 1; edge <= HALF; edge += 1) {
      line[HALF - edge] = line[HALF + Math.min(edge, frames - 1)] as number
      line[HALF + frames - 1 + edge] = line[HALF + Math.max(frames - 1 - edge, 0)] as number
    }
    subtractMedians(cost.subarray(token * frames, (token + 1) * frames), line)
  })
}

const frameStatistics = (
  weights: readonly Float32Array[],
  frames: number,
): { mean: Float32Array; scale: Float32Array } => {
  const mean = new Float32Array(frames)
  const scale = new Float32Array(frames)
  for (const weight of weights) {
    for (let frame = 0; frame < frames; frame += 1) {
      const value = weight[frame] as number
      mean[frame] = (mean[frame] as number) + value
      scale[frame] = (scale[frame] as number) + value * value
    }
  }
  for (let frame = 0; frame < frames; frame += 1) {
    const average = (mean[frame] as number) / weights.length
    const variance = Math.max(0, (scale[frame] as number) / weights.length - average * average)
    mean[frame] = average
    scale[frame] = 1 / (Math.sqrt(variance) + 1e-9)
  }
  return { mean, scale }
}

/** The softmax ran over 30 s; over the frames that hold sound it is a matter of dividing by their sum. */
const renormalized = (weights: Float32Array): Float32Array => {
  let sum = 1e-12
  for (let frame = 0; frame < weights.length; frame += 1) sum += weights[frame] as number
  const shares = new Float32Array(weights.length)
  for (let frame = 0; frame < weights.length; frame += 1) shares[frame] = (weights[frame] as number) / sum
  return shares
}

/** `line` is longer than `target` by the reflected edges. */
const subtractMedians = (target: Float32Array, line: Float32Array): void => {
  const window = new Float64Array(MEDIAN_WIDTH)
  for (let frame = 0; frame < target.length; frame += 1) {
    // Insertion while reading: the fastest for seven, and neighbours are nearly sorted.
    for (let index = 0; index < MEDIAN_WIDTH; index += 1) {
      const value = line[frame + index] as number
      let place = index - 1
      while (place >= 0 && (window[place] as number) > value) {
        window[place + 1] = window[place] as number
        place -= 1
      }
      window[place + 1] = value
    }
    target[frame] = (target[frame] as number) - (window[HALF] as number)
  }
}

const DIAGONAL = 0
const NEXT_TOKEN = 1
const NEXT_FRAME = 2

/** Cheapest monotonic path through tokens × frames; where it enters a token's row, the token begins. */
const beginnings = (cost: Float32Array, tokens: number, frames: number): Float64Array => {
  const steps = new Uint8Array(tokens * frames)
  let previous = new Float64Array(frames + 1).fill(Number.POSITIVE_INFINITY)
  previous[0] = 0
  for (let token = 0; token < tokens; token += 1) {
    const current = new Float64Array(frames + 1).fill(Number.POSITIVE_INFINITY)
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
    previous = current
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
