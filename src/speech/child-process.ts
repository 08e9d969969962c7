/**
 * One engine process as seen from the server: started, watched, talked to, ended. It carries one call at a time and knows
 * nothing of queues or idleness.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { AppError } from '../errors.ts'
import { cancelledError } from './cancelled.ts'
import { MEMORY_ENVIRONMENT } from './process-memory.ts'
import type { EngineCall, FromChild, PlainError, ToChild } from './protocol.ts'
import type { WhisperOptions } from './whisper/whisper-engine.ts'

export interface ChildSettings {
  readonly whisper: WhisperOptions
  readonly niceness: number
  /** The process is ended when its resident memory passes this. */
  readonly memoryLimitBytes: number
  /** Environment of the process: nothing secret has a reason to be in it. */
  readonly environment: Readonly<Record<string, string>>
  /** Another program in place of the engine, for tests of crashes. */
  readonly program?: URL
}

export interface CallOptions {
  readonly signal: AbortSignal
  /** A process that says nothing for so long hangs, and is ended. */
  readonly silenceMs: number
  onMessage(message: FromChild): void
}

export interface EngineProcess {
  readonly pid: number | undefined
  /** False once it has ended or is to be ended. */
  alive(): boolean
  /** Resolves when the model is loaded. */
  ready: Promise<void>
  /** Resolves with the `done` message. Only one at a time. */
  call(call: EngineCall, options: CallOptions): Promise<Extract<FromChild, { type: 'done' }>>
  kill(): void
  ref(): void
  unref(): void
}

const LAST_LINES = 20
const MEMORY_CHECK_MS = 500
/** How long a cancelled call may take to end by itself; then the process is killed. */
const CANCEL_GRACE_MS = 600

export const startEngineProcess = (settings: ChildSettings): EngineProcess => {
  const program = settings.program ?? new URL('./worker.ts', import.meta.url)
  const child = fork(fileURLToPath(program), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...MEMORY_ENVIRONMENT, ...settings.environment },
    execArgv: [],
  })
  const life = watch(child, settings)
  post(child, { type: 'load', options: settings.whisper, niceness: settings.niceness })
  let nextId = 1
  return {
    pid: child.pid,
    alive: life.alive,
    ready: life.ready,
    call: (call, options) => runCall(child, life, nextId++, call, options),
    kill: life.kill,
    ref: () => setReferenced(child, true),
    unref: () => setReferenced(child, false),
  }
}

const post = (child: ChildProcess, message: ToChild): void => {
  if (child.connected) child.send(message, () => {})
}

const setReferenced = (child: ChildProcess, referenced: boolean): void => {
  const pipes = [child.stdout, child.stderr] as unknown as { ref(): void; unref(): void }[]
  for (const part of [child, child.channel, ...pipes]) {
    if (referenced) part?.ref()
    else part?.unref()
  }
}

interface Life {
  readonly ready: Promise<void>
  alive(): boolean
  kill(reason?: AppError): void
  /** Called with the reason when the process ends, at once if it already has. Returns how to stop listening. */
  onEnd(listener: (error: AppError) => void): () => void
}

/** Keeps the last lines, watches memory, turns the end of the process into an error with stage, exit code and lines. */
const watch = (child: ChildProcess, settings: ChildSettings): Life => {
  const lines = collectLines(child)
  const listeners = new Set<(error: AppError) => void>()
  let ended: AppError | undefined
  let reason: AppError | undefined
  let stage = 'load'
  const end = (error: AppError): void => {
    if (ended !== undefined) return
    ended = error
    clearInterval(memory)
    for (const listener of listeners) listener(error)
  }
  const kill = (why?: AppError): void => {
    reason ??= why
    child.kill('SIGKILL')
  }
  const memory = setInterval(() => void checkMemory(child, settings.memoryLimitBytes, kill), MEMORY_CHECK_MS)
  memory.unref()
  child.once('exit', (exitCode, signal) => {
    const details = { ...reason?.details, stage, exitCode, signal, lastLines: lines() }
    end(
      new AppError(reason?.code ?? 'speech-engine-crashed', reason?.message ?? 'The speech engine’s process ended', {
        details,
      }),
    )
  })
  child.once('error', (cause) =>
    end(
      new AppError('speech-engine-crashed', 'The speech engine’s process cannot be started', {
        cause,
        details: { stage },
      }),
    ),
  )
  const ready = new Promise<void>((resolve, reject) => {
    listeners.add(reject)
    child.on('message', (message: FromChild) => {
      if (message.type === 'ready') [stage] = ['work']
      if (message.type === 'ready') resolve()
      if (message.type === 'load-failed') reject(fromPlain(message.error))
    })
  })
  ready.catch(() => {})
  return {
    ready,
    alive: () => ended === undefined && reason === undefined && !child.killed,
    kill,
    onEnd: (listener) => {
      if (ended !== undefined) listener(ended)
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

const collectLines = (child: ChildProcess): (() => string[]) => {
  let tail = ''
  const keep = (chunk: Buffer): void => {
    tail = (tail + chunk.toString('utf8')).slice(-8000)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  return () => (tail.trim() === '' ? [] : tail.trim().split('\n').slice(-LAST_LINES))
}

/** Resident memory from the system, which answers while the process computes; where there is no /proc, no check. */
const checkMemory = async (child: ChildProcess, limitBytes: number, kill: (why: AppError) => void): Promise<void> => {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
  const bytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024
  if (bytes > limitBytes) {
    kill(
      new AppError('speech-engine-crashed', 'The speech engine used more memory than allowed', {
        details: { bytes, limitBytes },
      }),
    )
  }
}

const fromPlain = (error: PlainError): AppError => new AppError(error.code, error.message, { details: error.details })

const runCall = (
  child: ChildProcess,
  life: Life,
  id: number,
  call: EngineCall,
  options: CallOptions,
): Promise<Extract<FromChild, { type: 'done' }>> =>
  new Promise((resolve, reject) => {
    let grace: NodeJS.Timeout | undefined
    const hung = setTimeout(() => life.kill(hungError(call, options.silenceMs)), options.silenceMs)
    const finish = (settle: () => void): void => {
      clearTimeout(hung)
      clearTimeout(grace)
      stopListening()
      child.off('message', onMessage)
      options.signal.removeEventListener('abort', onAbort)
      settle()
    }
    const onAbort = (): void => {
      post(child, { type: 'cancel', id })
      grace = setTimeout(() => life.kill(cancelledError(options.signal)), CANCEL_GRACE_MS)
    }
    const onMessage = (message: FromChild): void => {
      // Loading the model is a sign of life too.
      hung.refresh()
      if (!('id' in message) || message.id !== id) return
      if (message.type === 'done') finish(() => resolve(message))
      else if (message.type === 'failed') finish(() => reject(fromPlain(message.error)))
      else options.onMessage(message)
    }
    const stopListening = life.onEnd((error) => queueMicrotask(() => finish(() => reject(withCall(error, call)))))
    child.on('message', onMessage)
    options.signal.addEventListener('abort', onAbort, { once: true })
    post(child, { type: 'call', id, call })
    if (options.signal.aborted) onAbort()
  })

const hungError = (call: EngineCall, silenceMs: number): AppError =>
  new AppError(
    'speech-engine-timeout',
    `The speech engine gave no sign of life for ${Math.round(silenceMs / 1000)} s`,
    {
      details: { stage: call.kind, silenceMs },
    },
  )

const withCall = (error: AppError, call: EngineCall): AppError =>
  new AppError(error.code, error.message, { cause: error, details: { ...error.details, stage: call.kind } })
