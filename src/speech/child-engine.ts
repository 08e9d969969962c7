/**
 * A speech engine in a child process: a crash, a hang or growing memory fails one call, never the server.
 *
 * The process starts with the first call, stays warm between calls, and leaves when idle. Calls run one after another,
 * since one already uses all cores; who wants fairness between recordings gives `recognize` a few windows at a time.
 */
import { stat } from 'node:fs/promises'
import { AppError } from '../errors.ts'
import { SAMPLE_RATE } from './audio-file.ts'
import { cancelledError } from './cancelled.ts'
import { startEngineProcess, type ChildSettings, type EngineProcess } from './child-process.ts'
import type { AudioWindow, DetectedLanguage, SpeechEngine, SpeechSegmentation, WindowResult } from './engine.ts'
import type { EngineCall, FromChild } from './protocol.ts'
import { createTurns, type Turns } from './turns.ts'
import type { WhisperOptions } from './whisper/whisper-engine.ts'

export interface ChildEngineOptions {
  readonly whisper: WhisperOptions
  /** Name of the model in results and errors. */
  readonly model: string
  /** After this time without a call the process leaves; 5 minutes unless said otherwise. */
  readonly idleMs?: number
  /** 3 GB unless said otherwise: three times what the shipped model needs. */
  readonly memoryLimitBytes?: number
  /** Scheduling priority of the process, 0 (like the server) … 19; 5 unless said otherwise. */
  readonly niceness?: number
  readonly environment?: Readonly<Record<string, string>>
  /** Least time that a call may be silent before it counts as hung; 120 s unless said otherwise. */
  readonly shortestSilenceMs?: number
  /** Another program in place of the engine, for tests of crashes. */
  readonly program?: URL
}

const IDLE_MS = 5 * 60_000
const MEMORY_LIMIT_BYTES = 3_000_000_000
const NICENESS = 5
const SHORTEST_SILENCE_MS = 120_000
/** Between two signs of life lies at most a batch of windows, on a slow machine with a large model. */
const LONGEST_SILENCE_MS = 600_000
/** A call may be silent this many times the length of its audio. */
const SILENCE_FACTOR = 2.5
const WORK_FILE_BYTES_PER_SECOND = SAMPLE_RATE * 2

interface Host {
  readonly turns: Turns
  readonly shortestSilenceMs: number
  /** The warm process, or a new one. */
  process(): EngineProcess
  /** Nothing to do now: the process may leave after a while, and does not keep the server alive. */
  rest(): void
  readonly closing: AbortSignal
}

export const createChildEngine = (options: ChildEngineOptions): SpeechEngine => {
  const closing = new AbortController()
  const { host, stop } = createHost(options, closing)
  return {
    id: 'whisper',
    model: options.model,
    segment: async (audioPath, { signal, onProgress }) => {
      const onMessage = (message: FromChild): void => {
        if (message.type === 'progress') onProgress?.(message.secondsDone, message.ofSeconds)
      }
      const call = { kind: 'segment', audioPath } as const
      return (await performCall(host, call, await workFileSecond(audioPath), signal, onMessage)) as SpeechSegmentation
    },
    detectLanguage: async (audioPath, windows, { signal }) => {
      const call = { kind: 'detect-language', audioPath, windows } as const
      return (await performCall(host, call, totalSecond(windows), signal, () => {})) as DetectedLanguage
    },
    recognize: (audioPath, windows, { signal, ...rest }) =>
      streamWindows(host, { kind: 'recognize', audioPath, windows, options: rest }, totalSecond(windows), signal),
    close: async () => {
      closing.abort()
      stop()
    },
  }
}

const createHost = (options: ChildEngineOptions, closing: AbortController): { host: Host; stop(): void } => {
  const settings: ChildSettings = {
    whisper: options.whisper,
    niceness: options.niceness ?? NICENESS,
    memoryLimitBytes: options.memoryLimitBytes ?? MEMORY_LIMIT_BYTES,
    environment: options.environment ?? {},
    ...(options.program === undefined ? {} : { program: options.program }),
  }
  let current: EngineProcess | undefined
  let idle: NodeJS.Timeout | undefined
  const stop = (): void => {
    clearTimeout(idle)
    current?.kill()
    current = undefined
  }
  const host: Host = {
    turns: createTurns(),
    shortestSilenceMs: options.shortestSilenceMs ?? SHORTEST_SILENCE_MS,
    closing: closing.signal,
    process: () => {
      clearTimeout(idle)
      if (current?.alive() !== true) current = startEngineProcess(settings)
      current.ref()
      return current
    },
    rest: () => {
      current?.unref()
      idle = setTimeout(stop, options.idleMs ?? IDLE_MS)
      idle.unref()
    },
  }
  return { host, stop }
}

const totalSecond = (windows: readonly AudioWindow[]): number =>
  windows.reduce((sum, window) => sum + window.endSecond - window.startSecond, 0)

const workFileSecond = async (audioPath: string): Promise<number> => {
  try {
    return (await stat(audioPath)).size / WORK_FILE_BYTES_PER_SECOND
  } catch (cause) {
    throw new AppError('internal', 'The decoded work file is not there', { cause, details: { audioPath } })
  }
}

/** Waits for its turn, then for the answer; a caller that stops waiting is told at once. */
const performCall = async (
  host: Host,
  call: EngineCall,
  audioSecond: number,
  callerSignal: AbortSignal,
  onMessage: (message: FromChild) => void,
): Promise<SpeechSegmentation | DetectedLanguage | undefined> => {
  const signal = AbortSignal.any([callerSignal, host.closing])
  const leave = await host.turns.enter(signal)
  try {
    if (signal.aborted) throw cancelledError(signal)
    const engine = host.process()
    const silenceMs = Math.max(
      host.shortestSilenceMs,
      Math.min(LONGEST_SILENCE_MS, SILENCE_FACTOR * audioSecond * 1000),
    )
    const answer = await engine.call(call, { signal, silenceMs, onMessage }).catch((thrown: unknown) => {
      // A process without a model is of no use; the next call tries again with what lies in the folder then.
      if (thrown instanceof AppError && thrown.code.startsWith('speech-model')) engine.kill()
      throw signal.aborted ? cancelledError(signal) : thrown
    })
    return answer.value
  } finally {
    host.rest()
    leave()
  }
}

/** Turns the messages of one call into an iteration; results wait here when the reader is slow. */
const streamWindows = async function* (
  host: Host,
  call: EngineCall,
  audioSecond: number,
  callerSignal: AbortSignal,
): AsyncGenerator<WindowResult> {
  const leaving = new AbortController()
  const results: WindowResult[] = []
  let wake: () => void = () => {}
  let ended = false
  const work = performCall(host, call, audioSecond, AbortSignal.any([callerSignal, leaving.signal]), (message) => {
    if (message.type === 'window') results.push(message.result)
    wake()
  }).finally(() => {
    ended = true
    wake()
  })
  work.catch(() => {})
  try {
    for (;;) {
      const next = results.shift()
      if (next !== undefined) yield next
      else if (ended) break
      else await new Promise<void>((resolve) => (wake = resolve))
    }
    await work
  } finally {
    leaving.abort()
  }
}
