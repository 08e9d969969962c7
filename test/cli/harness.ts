/** The command line as a person runs it: a process of its own, with its output and exit code. */
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PROJECT = join(import.meta.dirname, '..', '..')

export interface CommandResult {
  readonly code: number | null
  readonly out: Buffer
  readonly err: string
}

export interface RunningCommand {
  readonly pid: number
  readonly err: () => string
  interrupt(): void
  readonly result: Promise<CommandResult>
}

export interface CommandPlace {
  /** The data folder. */
  readonly directory: string
  /** Where commands keep what they need while they run. */
  readonly temporary: string
  start(words: readonly string[], environment?: Record<string, string>): RunningCommand
  run(words: readonly string[], environment?: Record<string, string>): Promise<CommandResult>
  /** What commands left behind in the temporary folder. */
  leftovers(): Promise<string[]>
  remove(): Promise<void>
}

export const createCommandPlace = async (): Promise<CommandPlace> => {
  const directory = await mkdtemp(join(tmpdir(), 'mp4totext-cli-test-'))
  const temporary = await mkdtemp(join(tmpdir(), 'mt-'))

  const start: CommandPlace['start'] = (words, environment = {}) => {
    const child = spawn(process.execPath, ['src/cli/main.ts', ...words], {
      cwd: PROJECT,
      // Nothing of the machine's own settings may reach the command.
      env: { PATH: process.env['PATH'], HOME: directory, TMPDIR: temporary, DATA_DIR: directory, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const out: Buffer[] = []
    let err = ''
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
    return {
      pid: child.pid ?? 0,
      err: () => err,
      interrupt: () => child.kill('SIGINT'),
      result: new Promise((resolve) => child.on('close', (code) => resolve({ code, out: Buffer.concat(out), err }))),
    }
  }
  return {
    directory,
    temporary,
    start,
    run: (words, environment) => start(words, environment).result,
    leftovers: () => readdir(temporary),
    remove: async () => {
      await rm(directory, { recursive: true, force: true })
      await rm(temporary, { recursive: true, force: true })
    },
  }
}
