/**
 * Silero voice activity detection (v5): a work file in, one speech probability per 32 ms out.
 *
 * The network is recurrent and tiny: a call costs far more than its arithmetic. So the recording is cut into sections that
 * run side by side as rows of one batch; a row starts some frames early (`WARM_UP_FRAMES`) so that its state has settled
 * when its own frames begin. The sections' length is fixed, so the answer depends on the audio alone.
 */
import { throwIfCancelled } from './cancelled.ts'
import { openAudioFile, SAMPLE_RATE, type AudioFile } from './audio-file.ts'
import { floats, floatTensor, openSession, Tensor, type Session } from './inference.ts'

/** Samples the network judges at a time. */
export const FRAME_SAMPLES = 512
export const FRAME_SECOND = FRAME_SAMPLES / SAMPLE_RATE
/** Samples of the frame before that the network wants to see again. */
const CONTEXT_SAMPLES = 64
const INPUT_SAMPLES = CONTEXT_SAMPLES + FRAME_SAMPLES
const STATE_SIZE = 128
/** 1.0 s: after it a row's probabilities equal those of an unbroken run within 0.02. */
const WARM_UP_FRAMES = 32
/** 10 s a section and 64 sections a batch: 640 s of samples, 41 MB, in memory at a time. */
const SECTION_FRAMES = 312
const ROWS = 64

export interface VoiceActivityOptions {
  readonly signal: AbortSignal
  onProgress?(secondsDone: number, ofSeconds: number): void
}

export interface VoiceActivity {
  readonly durationSecond: number
  /** Probability of speech, one per `FRAME_SECOND`. */
  readonly probabilities: Float32Array
}

export interface VoiceActivityDetector {
  detect(audioPath: string, options: VoiceActivityOptions): Promise<VoiceActivity>
  close(): Promise<void>
}

/** Loads the network; it stays in memory (10 MB) until `close`. */
export const createVoiceActivityDetector = async (modelPath: string): Promise<VoiceActivityDetector> => {
  const session = await openSession(modelPath, { threads: 1 })
  return {
    detect: async (audioPath, options) => {
      const audio = await openAudioFile(audioPath)
      try {
        return await detectIn(session, audio, options)
      } finally {
        await audio.close()
      }
    },
    close: () => session.release(),
  }
}

const detectIn = async (session: Session, audio: AudioFile, options: VoiceActivityOptions): Promise<VoiceActivity> => {
  const frames = Math.ceil(audio.sampleCount / FRAME_SAMPLES)
  const probabilities = new Float32Array(frames)
  for (let first = 0; first < frames; first += ROWS * SECTION_FRAMES) {
    const count = Math.min(ROWS * SECTION_FRAMES, frames - first)
    await detectBatch(session, audio, { first, count, probabilities }, options.signal)
    options.onProgress?.(Math.min(audio.durationSecond, (first + count) * FRAME_SECOND), audio.durationSecond)
  }
  return { durationSecond: audio.durationSecond, probabilities }
}

interface Span {
  readonly first: number
  readonly count: number
  readonly probabilities: Float32Array
}

const detectBatch = async (session: Session, audio: AudioFile, span: Span, signal: AbortSignal): Promise<void> => {
  const lead = WARM_UP_FRAMES * FRAME_SAMPLES + CONTEXT_SAMPLES
  const origin = Math.max(0, span.first * FRAME_SAMPLES - lead)
  const samples = await audio.read(origin, (span.first + span.count) * FRAME_SAMPLES - origin)
  const rows = Math.ceil(span.count / SECTION_FRAMES)
  const steps = WARM_UP_FRAMES + Math.min(SECTION_FRAMES, span.count)
  const input = new Float32Array(rows * INPUT_SAMPLES)
  const inputTensor = floatTensor(input, [rows, INPUT_SAMPLES])
  const sampleRate = new Tensor('int64', BigInt64Array.of(BigInt(SAMPLE_RATE)), [])
  let state = floatTensor(new Float32Array(2 * rows * STATE_SIZE), [2, rows, STATE_SIZE])
  for (let step = 0; step < steps; step += 1) {
    throwIfCancelled(signal)
    for (let row = 0; row < rows; row += 1) {
      const frame = span.first + row * SECTION_FRAMES + step - WARM_UP_FRAMES
      copyFrame(samples, frame * FRAME_SAMPLES - CONTEXT_SAMPLES - origin, input, row)
    }
    const answer = await session.run({ input: inputTensor, state, sr: sampleRate })
    state = answer['stateN'] as Tensor
    if (step >= WARM_UP_FRAMES) storeStep(floats(answer['output'] as Tensor), span, rows, step - WARM_UP_FRAMES)
  }
}

/** Copies one row's samples; what lies before or after the recording is silence. */
const copyFrame = (samples: Float32Array, start: number, input: Float32Array, row: number): void => {
  const from = Math.max(0, start)
  const to = Math.min(samples.length, start + INPUT_SAMPLES)
  const target = input.subarray(row * INPUT_SAMPLES, (row + 1) * INPUT_SAMPLES)
  target.fill(0)
  if (to > from) target.set(samples.subarray(from, to), from - start)
}

const storeStep = (output: Float32Array, span: Span, rows: number, offset: number): void => {
  for (let row = 0; row < rows; row += 1) {
    const within = row * SECTION_FRAMES + offset
    if (within < span.count) span.probabilities[span.first + within] = output[row] ?? 0
  }
}
