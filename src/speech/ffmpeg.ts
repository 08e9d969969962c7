/**
 * Finds ffmpeg and ffprobe and runs them: no network, no shell words from outside, limited time, memory and output, gone
 * within a moment of an abort. What the tools are asked to do is the affair of media/.
 */
import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { AppError } from '../errors.ts'
import { cancelledError } from './cancelled.ts'

export interface FfmpegTools {
  readonly ffmpegPath: string
  readonly ffprobePath: string
}

export interface FfmpegPlaces {
  /** The setting FFMPEG_PATH: the program, or the folder it lies in. */
  readonly ffmpegPath?: string | undefined
  /** The variable PATH. */
  readonly searchPath?: string | undefined
}

const SUFFIX = process.platform === 'win32' ? '.exe' : ''

/** FFMPEG_PATH first, then PATH; ffprobe beside ffmpeg, then PATH. Fails with `ffmpeg-missing`, saying where was looked. */
export const resolveFfmpeg = async (places: FfmpegPlaces): Promise<FfmpegTools> => {
  const searched = (places.searchPath ?? '').split(delimiter).filter((folder) => folder !== '')
  const given = places.ffmpegPath
  const candidates =
    given === undefined || given === '' ? inFolders('ffmpeg', searched) : [given, join(given, `ffmpeg${SUFFIX}`)]
  const ffmpegPath = await firstProgram(candidates)
  if (ffmpegPath === undefined) throw missing('ffmpeg', given === undefined || given === '' ? 'PATH' : 'FFMPEG_PATH')
  const ffprobePath = await firstProgram(inFolders('ffprobe', [dirname(ffmpegPath), ...searched]))
  if (ffprobePath === undefined) throw missing('ffprobe', 'PATH')
  return { ffmpegPath, ffprobePath }
}

const inFolders = (name: string, folders: readonly string[]): string[] =>
  folders.map((folder) => join(folder, `${name}${SUFFIX}`))

const missing = (program: string, searched: string): AppError =>
  new AppError('ffmpeg-missing', `${program} was not found in ${searched}`, { details: { program, searched } })

const firstProgram = async (paths: readonly string[]): Promise<string | undefined> => {
  for (const path of paths) {
    try {
      await access(path, constants.X_OK)
      if ((await stat(path)).isFile()) return path
    } catch {
      // Not here: the next place.
    }
  }
  return undefined
}

export interface RunOptions {
  readonly signal: AbortSignal
  readonly timeoutMs: number
  /** Address space of the process, 2 GB unless said otherwise; not enforced on Windows. */
  readonly memoryLimitBytes?: number
  /** More standard output than this ends the run; 1 MB unless said otherwise. */
  readonly outputLimitBytes?: number
  /** Takes standard output as it comes, which then is not collected. */
  onOutput?(chunk: Buffer): void
}

export interface RunResult {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly output: Buffer
  /** Last 8 KB of standard error. */
  readonly errors: string
}

const MEMORY_LIMIT_BYTES = 2 * 1024 ** 3
const OUTPUT_LIMIT_BYTES = 1024 ** 2
const ERROR_TAIL = 8000

/** Runs to the end, whatever the exit code. Fails with `cancelled`, `ffmpeg-failed` (time, output) or `ffmpeg-missing`. */
export const runTool = (program: string, parameters: readonly string[], options: RunOptions): Promise<RunResult> =>
  new Promise((resolve, reject) => {
    if (options.signal.aborted) return reject(cancelledError(options.signal))
    const [command, words] = limited(program, parameters, options.memoryLimitBytes ?? MEMORY_LIMIT_BYTES)
    const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'], env: { LC_ALL: 'C' }, windowsHide: true })
    let failure: AppError | undefined
    const stop = (error: AppError): void => {
      failure ??= error
      child.kill('SIGKILL')
    }
    const onAbort = (): void => stop(cancelledError(options.signal))
    options.signal.addEventListener('abort', onAbort, { once: true })
    const timer = setTimeout(
      () => stop(failed(program, 'it took too long', { timeoutMs: options.timeoutMs })),
      options.timeoutMs,
    )
    const output = collectOutput(options, () => stop(failed(program, 'it wrote too much', {})))
    let errors = ''
    child.stdout.on('data', output.take)
    child.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString('utf8')).slice(-ERROR_TAIL)))
    const finish = (): void => {
      clearTimeout(timer)
      options.signal.removeEventListener('abort', onAbort)
    }
    child.once('error', (cause) => {
      finish()
      reject(new AppError('ffmpeg-missing', `${program} cannot be started`, { cause, details: { program } }))
    })
    child.once('close', (exitCode, signal) => {
      finish()
      if (failure !== undefined) reject(failure)
      else resolve({ exitCode, signal, output: output.all(), errors })
    })
  })

const failed = (program: string, why: string, details: Record<string, unknown>): AppError =>
  new AppError('ffmpeg-failed', `${program} was stopped: ${why}`, { details: { program, ...details } })

/** The shell gets the program's words as parameters, never as text to read; `exec` keeps one process to kill. */
const limited = (program: string, parameters: readonly string[], bytes: number): [string, string[]] =>
  process.platform === 'win32'
    ? [program, [...parameters]]
    : ['/bin/sh', ['-c', `ulimit -v ${Math.floor(bytes / 1024)} 2>/dev/null; exec "$0" "$@"`, program, ...parameters]]

const collectOutput = (options: RunOptions, tooMuch: () => void): { take(chunk: Buffer): void; all(): Buffer } => {
  const chunks: Buffer[] = []
  let bytes = 0
  return {
    take: (chunk) => {
      if (options.onOutput !== undefined) return options.onOutput(chunk)
      bytes += chunk.length
      if (bytes > (options.outputLimitBytes ?? OUTPUT_LIMIT_BYTES)) tooMuch()
      else chunks.push(chunk)
    },
    all: () => Buffer.concat(chunks),
  }
}
