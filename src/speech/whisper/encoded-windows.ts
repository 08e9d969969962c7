/**
 * Encodes windows of a work file, and remembers the last few: language detection and recognition want the same first
 * windows, and encoding is the larger half of the work.
 */
import { SAMPLE_RATE, type AudioFile } from '../audio-file.ts'
import { throwIfCancelled } from '../cancelled.ts'
import type { AudioWindow } from '../engine.ts'
import type { WhisperEncoder } from './encoder.ts'
import { WINDOW_SAMPLES } from './mel.ts'
import type { WhisperSettings } from './model-settings.ts'

/** 3 MB each for the base model. */
const REMEMBERED = 4

export interface WindowSource {
  readonly audio: AudioFile
  /** Tells recordings apart in the memory. */
  readonly audioPath: string
}

export interface EncodedBatch {
  /** windows × frames × width. */
  readonly hidden: Float32Array
  readonly samples: readonly Float32Array[]
}

export interface EncodedWindows {
  encode(source: WindowSource, windows: readonly AudioWindow[], signal: AbortSignal): Promise<EncodedBatch>
  clear(): void
}

export const createEncodedWindows = (encoder: WhisperEncoder, settings: WhisperSettings): EncodedWindows => {
  const size = settings.frames * settings.width
  const memory = new Map<string, Float32Array>()
  const remember = (key: string, hidden: Float32Array): void => {
    memory.set(key, hidden.slice())
    const oldest = memory.keys().next()
    if (memory.size > REMEMBERED && !oldest.done) memory.delete(oldest.value)
  }
  return {
    encode: async (source, windows, signal) => {
      const hidden = new Float32Array(windows.length * size)
      const samples: Float32Array[] = []
      for (const [index, window] of windows.entries()) {
        throwIfCancelled(signal)
        const sound = await readWindow(source.audio, window)
        samples.push(sound)
        const target = hidden.subarray(index * size, (index + 1) * size)
        const key = `${window.startSecond} ${window.endSecond} ${source.audio.sampleCount} ${source.audioPath}`
        const known = memory.get(key)
        if (known !== undefined) target.set(known)
        else await encoder.encode(sound, target)
        // Only a single window is asked for by language detection; batches are never asked for twice.
        if (known === undefined && windows.length === 1) remember(key, target)
      }
      return { hidden, samples }
    },
    clear: () => memory.clear(),
  }
}

const readWindow = (audio: AudioFile, window: AudioWindow): Promise<Float32Array> => {
  const start = Math.round(window.startSecond * SAMPLE_RATE)
  const count = Math.round(window.endSecond * SAMPLE_RATE) - start
  return audio.read(start, Math.min(WINDOW_SAMPLES, count))
}
