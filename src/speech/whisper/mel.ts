/**
 * Log-mel spectrogram as OpenAI's Whisper wants it, for models without a `log_mel.onnx` or with 128 bands. Pure.
 *
 * 400-sample Hann windows every 160 samples, reflected at the start, Slaney mel filters, log10, floor at the maximum − 8.
 */
import { SAMPLE_RATE } from '../audio-file.ts'

export const WINDOW_SAMPLES = 480_000
const FFT_SIZE = 400
const HOP = 160
const BINS = FFT_SIZE / 2 + 1
export const MEL_FRAMES = WINDOW_SAMPLES / HOP

/** `samples` is at most 30 s; the rest is taken as silence. The answer is bands × 3000. */
export const logMel = (samples: Float32Array, bands: number): Float32Array => {
  const filters = melFilters(bands)
  const mel = new Float32Array(bands * MEL_FRAMES)
  const frame = new Float64Array(FFT_SIZE)
  const transform = createTransform()
  let highest = Number.NEGATIVE_INFINITY
  for (let index = 0; index < MEL_FRAMES; index += 1) {
    fillFrame(frame, samples, index * HOP - FFT_SIZE / 2)
    const power = transform(frame)
    for (let band = 0; band < bands; band += 1) {
      const value = Math.log10(Math.max(1e-10, filterSum(filters[band] as MelFilter, power)))
      mel[band * MEL_FRAMES + index] = value
      if (value > highest) highest = value
    }
  }
  for (let index = 0; index < mel.length; index += 1) mel[index] = (Math.max(mel[index] as number, highest - 8) + 4) / 4
  return mel
}

const HANN = Float64Array.from(
  { length: FFT_SIZE },
  (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / FFT_SIZE),
)

const fillFrame = (frame: Float64Array, samples: Float32Array, start: number): void => {
  for (let offset = 0; offset < FFT_SIZE; offset += 1) {
    const at = start + offset
    const mirrored = at < 0 ? -at : at >= WINDOW_SAMPLES ? 2 * (WINDOW_SAMPLES - 1) - at : at
    frame[offset] = (samples[mirrored] ?? 0) * (HANN[offset] as number)
  }
}

interface MelFilter {
  readonly first: number
  readonly weights: Float64Array
}

const filterSum = (filter: MelFilter, power: Float64Array): number => {
  let sum = 0
  for (let offset = 0; offset < filter.weights.length; offset += 1)
    sum += (filter.weights[offset] as number) * (power[filter.first + offset] as number)
  return sum
}

const toMel = (hertz: number): number =>
  hertz < 1000 ? (hertz * 3) / 200 : 15 + Math.log(hertz / 1000) * (27 / Math.log(6.4))
const toHertz = (mel: number): number =>
  mel < 15 ? (mel * 200) / 3 : 1000 * Math.exp((mel - 15) * (Math.log(6.4) / 27))

const filterCache = new Map<number, readonly MelFilter[]>()

/** Triangles of equal area on the Slaney scale, 0 … 8 kHz. */
const melFilters = (bands: number): readonly MelFilter[] => {
  const cached = filterCache.get(bands)
  if (cached !== undefined) return cached
  const top = toMel(SAMPLE_RATE / 2)
  const edges = Array.from({ length: bands + 2 }, (_, index) => toHertz((index * top) / (bands + 1)))
  const filters = Array.from({ length: bands }, (_, band) =>
    triangle(edges[band] as number, edges[band + 1] as number, edges[band + 2] as number),
  )
  filterCache.set(bands, filters)
  return filters
}

const triangle = (low: number, middle: number, high: number): MelFilter => {
  const weights = Float64Array.from({ length: BINS }, (_, bin) => {
    const hertz = (bin * SAMPLE_RATE) / FFT_SIZE
    const height = Math.min((hertz - low) / (middle - low), (high - hertz) / (high - middle))
    return (Math.max(0, height) * 2) / (high - low)
  })
  const first = Math.max(
    0,
    weights.findIndex((weight) => weight > 0),
  )
  const last = weights.findLastIndex((weight) => weight > 0)
  return { first, weights: weights.slice(first, last + 1) }
}

/** Power spectrum of 400 real samples: radix 2 down to 25, where a plain sum is as fast. */
const createTransform = (): ((frame: Float64Array) => Float64Array) => {
  const cosine = Float64Array.from({ length: FFT_SIZE }, (_, index) => Math.cos((2 * Math.PI * index) / FFT_SIZE))
  const sine = Float64Array.from({ length: FFT_SIZE }, (_, index) => Math.sin((2 * Math.PI * index) / FFT_SIZE))
  const real = new Float64Array(FFT_SIZE * 2)
  const imaginary = new Float64Array(FFT_SIZE * 2)
  const power = new Float64Array(BINS)

  /** Writes the transform of `length` samples, `stride` apart from `start`, at `to`. */
  const run = (frame: Float64Array, start: number, stride: number, length: number, to: number): void => {
    if (length % 2 === 1) return plain(frame, start, stride, length, to)
    const half = length / 2
    // Halves are written one buffer further on, so that the join below does not overwrite what it reads.
    const scratch = to < FFT_SIZE ? to + FFT_SIZE : to - FFT_SIZE
    run(frame, start, stride * 2, half, scratch)
    run(frame, start + stride, stride * 2, half, scratch + half)
    for (let index = 0; index < half; index += 1) join(scratch + index, half, index * (FFT_SIZE / length), to + index)
  }

  const join = (even: number, half: number, turn: number, to: number): void => {
    const c = cosine[turn] as number
    const s = sine[turn] as number
    const oddReal = real[even + half] as number
    const oddImaginary = imaginary[even + half] as number
    const turnedReal = c * oddReal + s * oddImaginary
    const turnedImaginary = c * oddImaginary - s * oddReal
    const evenReal = real[even] as number
    const evenImaginary = imaginary[even] as number
    real[to] = evenReal + turnedReal
    imaginary[to] = evenImaginary + turnedImaginary
    real[to + half] = evenReal - turnedReal
    imaginary[to + half] = evenImaginary - turnedImaginary
  }

  const plain = (frame: Float64Array, start: number, stride: number, length: number, to: number): void => {
    const turn = FFT_SIZE / length
    for (let bin = 0; bin < length; bin += 1) {
      let sumReal = 0
      let sumImaginary = 0
      for (let index = 0; index < length; index += 1) {
        const angle = ((bin * index) % length) * turn
        const sample = frame[start + index * stride] as number
        sumReal += sample * (cosine[angle] as number)
        sumImaginary -= sample * (sine[angle] as number)
      }
      real[to + bin] = sumReal
      imaginary[to + bin] = sumImaginary
    }
  }

  return (frame) => {
    run(frame, 0, 1, FFT_SIZE, 0)
    for (let bin = 0; bin < BINS; bin += 1) power[bin] = (real[bin] as number) ** 2 + (imaginary[bin] as number) ** 2
    return power
  }
}
