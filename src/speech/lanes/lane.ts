/**
 * A lane computes what can be computed apart from decoding: voice activity and encoded windows. One lane lives in the
 * decoding thread, others in threads of their own, so that all cores work although each run blocks its thread.
 */
import { openSession } from '../inference.ts'
import { detectStretch } from '../voice-activity.ts'
import { createEncoder } from '../whisper/encoder.ts'
import type { WhisperFiles } from '../whisper/model-files.ts'
import type { WhisperSettings } from '../whisper/model-settings.ts'

export interface LaneOptions {
  readonly files: WhisperFiles
  readonly settings: Pick<WhisperSettings, 'frames' | 'width' | 'melBands'>
  readonly voiceActivityModel: string
  readonly threads: number
  /** Keeps the encoder's working memory (120 MB) from window to window: for lanes that encode most of the time. */
  readonly keepMemory: boolean
}

export interface Lane {
  /** Frames × width hidden states of at most 30 s of samples. */
  encode(samples: Float32Array): Promise<Float32Array>
  /** See `StretchDetector` in voice-activity.ts. */
  detect(stretch: Float32Array): Promise<Float32Array>
  close(): Promise<void>
}

/** In the calling thread, which it blocks while it computes. */
export const createLocalLane = async (options: LaneOptions): Promise<Lane> => {
  const detector = await openSession(options.voiceActivityModel, { threads: 1, arena: false })
  const encoder = await createEncoder(options.files, options.settings, {
    threads: options.threads,
    arena: options.keepMemory,
  })
  const size = options.settings.frames * options.settings.width
  return {
    encode: async (samples) => {
      const hidden = new Float32Array(size)
      await encoder.encode(samples, hidden)
      return hidden
    },
    detect: (stretch) => detectStretch(detector, stretch),
    close: async () => {
      await detector.release()
      await encoder.close()
    },
  }
}
