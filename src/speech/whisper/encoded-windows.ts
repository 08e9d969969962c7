/**
 * Encodes windows ahead of decoding. A few encoded windows are remembered, because language detection and recognition want the same
 * first ones and encoding is the larger half of the work.
 */
import { SAMPLE_RATE, type AudioFile } from '../audio-file.ts'
import { throwIfCancelled } from '../cancelled.ts'
import type { AudioWindow } from '../engine.ts'
import type { Lane } from '../lanes/lane.ts'
import { WINDOW_SAMPLES } from './mel.ts'

/** 3 MB each for the base model. */
const REMEMBERED = 4
/** Windows given to the lane at a time: with two, it never waits for this thread. */
const MOST_GIVEN = 2

export interface EncodedWindow {
  readonly window: AudioWindow
  readonly samples: Float32Array
  /** frames × width. */
  readonly hidden: Float32Array
}

export interface WindowSource {
  readonly audio: AudioFile
  /** Tells recordings apart in the memory. */
  readonly audioPath: string
}

export interface EncodeRun {
  /** The next windows in order, at most `count`, fewer only at the end. */
  take(count: number): Promise<EncodedWindow[]>
}

export interface WindowEncoder {
  start(source: WindowSource, windows: readonly AudioWindow[], signal: AbortSignal, remember?: boolean): EncodeRun
  /** Whether a window is being encoded. */
  isBusy(): boolean
  clear(): void
}

/** `most` bounds how many windows are encoded or in work beyond those taken. */
export const createWindowEncoder = (lane: Lane, most: number): WindowEncoder => {
  const memory = new Map<string, Float32Array>()
  let busy = 0
  const keep = (key: string, hidden: Float32Array): void => {
    memory.set(key, hidden)
    const oldest = memory.keys().next()
    if (memory.size > REMEMBERED && !oldest.done) memory.delete(oldest.value)
  }
  const start: WindowEncoder['start'] = (source, windows, signal, remember = false) => {
    const done = new Map<number, EncodedWindow>()
    const running = new Set<Promise<void>>()
    let given = 0
    let taken = 0
    let failure: Error | undefined
    const encode = async (position: number): Promise<void> => {
      const window = windows[position] as AudioWindow
      const samples = await readWindow(source.audio, window)
      const key = `${window.startSecond} ${window.endSecond} ${source.audio.sampleCount} ${source.audioPath}`
      const hidden = memory.get(key) ?? (await lane.encode(samples))
      if (remember) keep(key, hidden)
      done.set(position, { window, samples, hidden })
    }
    const give = (): void => {
      busy += 1
      const task = encode(given++)
        .catch((thrown: unknown) => void (failure ??= thrown instanceof Error ? thrown : new Error(String(thrown))))
        .finally(() => {
          busy -= 1
          running.delete(task)
          fill()
        })
      running.add(task)
    }
    const more = (): boolean =>
      given < windows.length && given - taken < most && failure === undefined && !signal.aborted
    const fill = (): void => {
      while (more() && running.size < MOST_GIVEN) give()
    }
    const isReady = (count: number): boolean => {
      for (let position = taken; position < taken + count; position += 1) if (!done.has(position)) return false
      return true
    }
    const take = async (wanted: number): Promise<EncodedWindow[]> => {
      const count = Math.min(wanted, windows.length - taken)
      fill()
      while (!isReady(count)) {
        throwIfCancelled(signal)
        if (failure !== undefined) throw failure
        await Promise.race(running)
      }
      const result = Array.from({ length: count }, (_, offset) => done.get(taken + offset) as EncodedWindow)
      for (let offset = 0; offset < count; offset += 1) done.delete(taken + offset)
      taken += count
      fill()
      return result
    }
    return { take }
  }
  return { start, isBusy: () => busy > 0, clear: () => memory.clear() }
}

const readWindow = (audio: AudioFile, window: AudioWindow): Promise<Float32Array> => {
  const start = Math.round(window.startSecond * SAMPLE_RATE)
  const count = Math.round(window.endSecond * SAMPLE_RATE) - start
  return audio.read(start, Math.min(WINDOW_SAMPLES, count))
}
