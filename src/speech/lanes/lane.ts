/**
 * A lane computes what can be computed apart from decoding: voice activity, encoded windows, tokens' times. It lives in a thread of its
 * own, so that it works while the decoding thread is blocked by a run; with a single core, in the decoding thread.
 */
import { openSession } from '../inference.ts'
import { detectStretch } from '../voice-activity.ts'
import { alignTokens } from '../whisper/align.ts'
import { createEncoder } from '../whisper/encoder.ts'
import type { WhisperFiles } from '../whisper/model-files.ts'
import type { WhisperSettings } from '../whisper/model-settings.ts'
import type { TokenAligner } from '../whisper/window-result.ts'

export interface LaneOptions {
  readonly files: WhisperFiles
  readonly settings: Pick<WhisperSettings, 'frames' | 'width' | 'melBands' | 'encoderHeads'>
  readonly voiceActivityModel: string
  readonly threads: number
}

export interface Detector {
  /** See `StretchDetector` in voice-activity.ts. */
  detect(stretch: Float32Array): Promise<Float32Array>
  close(): Promise<void>
}

export interface Lane extends Detector {
  /** See align.ts. */
  readonly align: TokenAligner
  /** Frames × width hidden states of at most 30 s of samples. */
  encode(samples: Float32Array): Promise<Float32Array>
}

/** Voice activity alone. */
export const createDetector = async (voiceActivityModel: string): Promise<Detector> => {
  const session = await openSession(voiceActivityModel, { threads: 1, arena: false })
  return { detect: (stretch) => detectStretch(session, stretch), close: () => session.release() }
}

/** In the calling thread, which it blocks while it computes. */
export const createLocalLane = async (options: LaneOptions): Promise<Lane> => {
  const detector = await createDetector(options.voiceActivityModel)
  const encoder = await createEncoder(options.files, options.settings, { threads: options.threads, arena: true })
  const size = options.settings.frames * options.settings.width
  const encode = async (samples: Float32Array): Promise<Float32Array> => {
    const hidden = new Float32Array(size)
    await encoder.encode(samples, hidden)
    return hidden
  }
  let last: Promise<unknown> = Promise.resolve()
  return {
    // One after another: windows are given in pairs, and the encoder has one buffer for what it reads.
    encode: (samples) => {
      const next = last.then(() => encode(samples))
      last = next.catch(() => {})
      return next
    },
    detect: detector.detect,
    align: (attention, heads, frames) => Promise.resolve(alignTokens(attention, heads, frames)),
    close: async () => {
      await detector.close()
      await encoder.close()
    },
  }
}
