/**
 * Silero voice activity detection (v5): a work file in, one speech probability per 32 ms out.
 *
 * The network is recurrent and tiny: a call costs far more than its arithmetic. So the recording is cut into sections that
 * run side by side as rows of one batch; a row starts some frames early (`WARM_UP_FRAMES`) so that its state has settled
 * when its own frames begin. The sections' length is fixed, so the answer depends on the audio alone.
 */
import { throwIfCancelled } from './cancelled.ts'
import { openAudioFile, SAMPLE_RATE, type AudioFile } from './audio-file.ts'
import { floats, floatTensor, Tensor, type Session } from './inference.ts'

/** Samples the network judges at a time. */
export const FRAME_SAMPLES = 512
export const FRAME_SECOND = FRAME_SAMPLES / SAMPLE_RATE
/** Samples of the frame before that the network wants to see again. */
const CONTEXT_SAMPLES = 64
const INPUT_SAMPLES = CONTEXT_SAMPLES + FRAME_SAMPLES
const STATE_SIZE = 128
/** 1.0 s: after it a row's probabilities equal those of an unbroken run within 0.02. */
const WARM_UP_FRAMES = 32
const LEAD_SAMPLES = WARM_UP_FRAMES * FRAME_SAMPLES + CONTEXT_SAMPLES
/** 10 s. */
const SECTION_FRAMES = 312
/** More rows gain little; 16 are 5 MB of samples, and several copies of them are alive at a time. */
const MOST_ROWS = 16

export interface VoiceActivity {
  readonly durationSecond: number
  /** Probability of speech, one per `FRAME_SECOND`. */
  readonly probabilities: Float32Array
}

export interface VoiceActivityOptions {
  readonly signal: AbortSignal
  onProgress?(secondsDone: number, ofSeconds: number): void
}

/** Judges `stretch`, whose first `LEAD_SAMPLES` only warm up; runs somewhere with `detectStretch`. */
export type StretchDetector = (stretch: Float32Array) => Promise<Float32Array>

/** Spreads the recording over the detectors, each busy with one stretch at a time. */
export const detectVoiceActivity = async (
  audioPath: string,
  detectors: readonly StretchDetector[],
  options: VoiceActivityOptions,
): Promise<VoiceActivity> => {
  const audio = await openAudioFile(audioPath)
  try {
    const probabilities = new Float32Array(Math.ceil(audio.sampleCount / FRAME_SAMPLES))
    const stretches = planStretches(probabilities.length, detectors.length)
    let frames = 0
    const work = async (detect: StretchDetector): Promise<void> => {
      for (let next = stretches.shift(); next !== undefined; next = stretches.shift()) {
        throwIfCancelled(options.signal)
        probabilities.set(await detect(await readStretch(audio, next)), next.first)
        frames += next.count
        options.onProgress?.((frames / probabilities.length) * audio.durationSecond, audio.durationSecond)
      }
    }
    await Promise.all(detectors.map(work))
    return { durationSecond: audio.durationSecond, probabilities }
  } finally {
    await audio.close()
  }
}

interface Stretch {
  readonly first: number
  readonly count: number
}

/** Whole sections, as equal for the detectors as sections allow. */
const planStretches = (frames: number, detectors: number): Stretch[] => {
  const sections = Math.ceil(frames / SECTION_FRAMES)
  const rows = Math.max(1, Math.min(MOST_ROWS, Math.ceil(sections / detectors)))
  const step = rows * SECTION_FRAMES
  return Array.from({ length: Math.ceil(frames / step) }, (_, index) => ({
    first: index * step,
    count: Math.min(step, frames - index * step),
  }))
}

/** With the lead before it; what lies before or after the recording is silence. */
const readStretch = async (audio: AudioFile, stretch: Stretch): Promise<Float32Array> => {
  const from = stretch.first * FRAME_SAMPLES - LEAD_SAMPLES
  const samples = await audio.read(Math.max(0, from), stretch.count * FRAME_SAMPLES + LEAD_SAMPLES + Math.min(0, from))
  const padded = new Float32Array(LEAD_SAMPLES + stretch.count * FRAME_SAMPLES)
  padded.set(samples, Math.max(0, -from))
  return padded
}

/** Runs the network over one stretch (see `StretchDetector`). */
export const detectStretch = async (session: Session, stretch: Float32Array): Promise<Float32Array> => {
  const count = (stretch.length - LEAD_SAMPLES) / FRAME_SAMPLES
  const probabilities = new Float32Array(count)
  const rows = Math.ceil(count / SECTION_FRAMES)
  const input = new Float32Array(rows * INPUT_SAMPLES)
  const inputTensor = floatTensor(input, [rows, INPUT_SAMPLES])
  const sampleRate = new Tensor('int64', BigInt64Array.of(BigInt(SAMPLE_RATE)), [])
  let state = floatTensor(new Float32Array(2 * rows * STATE_SIZE), [2, rows, STATE_SIZE])
  const steps = WARM_UP_FRAMES + Math.min(SECTION_FRAMES, count)
  for (let step = 0; step < steps; step += 1) {
    for (let row = 0; row < rows; row += 1) {
      const start = (row * SECTION_FRAMES + step) * FRAME_SAMPLES
      input.fill(0, row * INPUT_SAMPLES, (row + 1) * INPUT_SAMPLES)
      input.set(stretch.subarray(start, start + INPUT_SAMPLES), row * INPUT_SAMPLES)
    }
    const answer = await session.run({ input: inputTensor, state, sr: sampleRate })
    state = answer['stateN'] as Tensor
    const output = floats(answer['output'])
    for (let row = 0; row < rows && step >= WARM_UP_FRAMES; row += 1) {
      const frame = row * SECTION_FRAMES + step - WARM_UP_FRAMES
      if (frame < count) probabilities[frame] = output[row] ?? 0
    }
  }
  return probabilities
}
