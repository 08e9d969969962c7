/** Starts an engine as a program of its own, so that its peak memory is its own, and talks to it in JSON lines. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

export interface Recording {
  /** Raw 16 kHz mono 16 bit. */
  readonly pcmPath: string
  readonly wavPath: string
  readonly language: string
}

export interface Measured {
  readonly text: string
  readonly seconds: number
  readonly processorSeconds: number
  /** Resident, of the whole process, 1e6 bytes. */
  readonly peakMegabytes: number
}

export interface EngineProgram {
  readonly name: string
  transcribe(recording: Recording): Promise<Measured>
  stop(): Promise<void>
}

/** The engine, loaded; or why it cannot be had. */
export const startEngine = async (
  name: string,
  command: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<EngineProgram | string> => {
  const child = spawn(command, words, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...environment } })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-500)))
  child.stdin.on('error', () => {})
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code) => resolve(`${command} ended with ${code}: ${errors.trim().split('\n').at(-1) ?? ''}`))
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const answer = async (): Promise<Record<string, unknown>> => {
    const next = await Promise.race([lines.next(), ended.then(() => undefined)])
    if (next === undefined || next.done) throw new Error(await ended)
    return JSON.parse(next.value) as Record<string, unknown>
  }
  try {
    const first = await answer()
    if (typeof first['unavailable'] === 'string') return first['unavailable']
  } catch (thrown) {
    return (thrown as Error).message
  }
  return {
    name,
    transcribe: async (recording) => {
      child.stdin.write(`${JSON.stringify(recording)}\n`)
      return (await answer()) as unknown as Measured
    },
    stop: async () => {
      child.stdin.end()
      await ended
    },
  }
}
