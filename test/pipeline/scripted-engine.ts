/** A speech engine that says what a test wants, when it wants. It implements the real interface, in this process. */
import { appendFileSync } from 'node:fs'
import { AppError } from '../../src/errors.ts'
import { systemClock } from '../../src/lib/clock.ts'
import type { AudioWindow, SpeechEngine, SpeechSegmentation, WindowResult } from '../../src/speech/engine.ts'

export interface EngineScript {
  /** Windows of ten seconds each. */
  windows: number
  language: string
  probability: number
  /** Text of a window. */
  say(window: AudioWindow): string
  /** Waits or throws before a window's result. */
  before(window: AudioWindow, signal: AbortSignal): Promise<void>
  /** Waits or throws in voice activity detection. */
  beforeSegment(signal: AbortSignal): Promise<void>
  /** Order in which the windows are handed back. */
  order(windows: readonly AudioWindow[]): readonly AudioWindow[]
  /** A file that gets a line with the index of each recognized window. */
  log?: string
}

const WINDOW_SECOND = 10

export const segmentationOf = (count: number): SpeechSegmentation => {
  const windows = Array.from({ length: count }, (_, index) => ({
    index,
    startSecond: index * WINDOW_SECOND,
    endSecond: (index + 1) * WINDOW_SECOND,
  }))
  return {
    durationSecond: count * WINDOW_SECOND,
    regions: windows.map(({ startSecond, endSecond }) => ({
      startSecond: startSecond + 0.5,
      endSecond: endSecond - 0.5,
    })),
    windows,
    speechSecond: count * (WINDOW_SECOND - 1),
  }
}

const toResult = (window: AudioWindow, text: string, language: string): WindowResult => {
  const parts = text.split(' ').filter((word) => word !== '')
  const step = 9 / Math.max(1, parts.length)
  const words = parts.map((word, index) => ({
    text: word,
    startSecond: window.startSecond + 0.5 + index * step,
    endSecond: window.startSecond + 0.5 + (index + 1) * step,
    probability: 0.9,
  }))
  const segment = {
    text,
    startSecond: window.startSecond + 0.5,
    endSecond: window.endSecond - 0.5,
    words,
    averageLogProbability: -0.2,
    noSpeechProbability: 0,
    temperature: 0,
  }
  return { window, language, languageProbability: 1, segments: text === '' ? [] : [segment], notes: [] }
}

const cancelled = (signal: AbortSignal): void => {
  if (signal.aborted) throw new AppError('cancelled', 'The engine was told to stop')
}

export interface ScriptedEngine extends SpeechEngine {
  readonly script: EngineScript
  /** Indexes of recognized windows, in the order they were handed out. */
  readonly recognized: number[]
}

export const createScriptedEngine = (changes: Partial<EngineScript> = {}): ScriptedEngine => {
  const script: EngineScript = {
    windows: 3,
    language: 'en',
    probability: 0.9,
    say: ({ index }) => `This is sentence number ${index + 1}.`,
    before: () => Promise.resolve(),
    beforeSegment: () => Promise.resolve(),
    order: (windows) => windows,
    ...changes,
  }
  const recognized: number[] = []
  return {
    script,
    recognized,
    id: 'scripted',
    model: 'scripted-model',
    async segment(_audioPath, { signal, onProgress }) {
      await script.beforeSegment(signal)
      cancelled(signal)
      const segmentation = segmentationOf(script.windows)
      onProgress?.(segmentation.durationSecond, segmentation.durationSecond)
      return segmentation
    },
    detectLanguage: (_audioPath, _windows, { signal }) => {
      cancelled(signal)
      const { language, probability } = script
      return Promise.resolve({ language, probability, alternatives: [{ language, probability }] })
    },
    async *recognize(_audioPath, windows, { language, signal }) {
      for (const window of script.order(windows)) {
        await script.before(window, signal)
        cancelled(signal)
        recognized.push(window.index)
        if (script.log !== undefined) appendFileSync(script.log, `${window.index}\n`)
        yield toResult(window, script.say(window), language)
      }
    },
    close: () => Promise.resolve(),
  }
}

/** Waits until the work is stopped. */
export const untilStopped = (signal: AbortSignal): Promise<void> =>
  systemClock.sleep(60_000, signal).catch(() => {
    throw new AppError('cancelled', 'The engine was told to stop')
  })
