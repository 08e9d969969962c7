/**
 * `transcribe FILE`: the pipeline of the server, run to its end for one recording, in a folder of its own that is gone
 * afterwards. The recording itself is only read.
 */
import { createReadStream } from 'node:fs'
import { access, constants, stat, writeFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { buildHouse, type House } from '../../app/house.ts'
import type { Config } from '../../config.ts'
import { AppError } from '../../errors.ts'
import { systemClock } from '../../lib/clock.ts'
import { createLogger, type LogLevel } from '../../lib/logger.ts'
import type { ExportFormat, TextKind, Transcription } from '../../transcription/types.ts'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { createProgressBar } from '../progress-bar.ts'
import { say, writeOut, type Terminal } from '../terminal.ts'
import { openWorkingFolder } from '../working-folder.ts'

export interface TranscribeOptions {
  readonly file: string
  readonly language: string
  readonly engine: string | undefined
  readonly format: ExportFormat
  /** Model that enhances; undefined asks for no AI at all. */
  readonly enhance: string | undefined
  readonly mode: Transcription['options']['enhancementMode']
  /** Which text to write; by default the enhanced one when it was asked for, otherwise what was recognized. */
  readonly text: TextKind | undefined
  readonly output: string | undefined
  readonly logLevel: LogLevel
}

interface Context {
  readonly config: Config
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

const USER = 'command-line'

/** A database of its own, however the server's is set up: a command leaves no trace among a team's recordings. */
const openHouse = ({ config }: Context, directory: string, logLevel: LogLevel): Promise<House> =>
  buildHouse({
    // Whoever has this machine works for nobody's account.
    config: {
      ...config,
      credits: { ...config.credits, enabled: false },
      database: { ...config.database, url: undefined, poolSize: 6 },
    },
    logger: createLogger({ level: logLevel, destination: process.stderr }),
    clock: systemClock,
    directory,
    exclusive: false,
  })

/** Follows the work until it ends, one way or another. */
const follow = async (house: House, id: string, { terminal, signal }: Context): Promise<Transcription> => {
  const bar = createProgressBar(terminal)
  const done = new AbortController()
  try {
    const events = house.transcriptions.events(USER, {
      transcriptionId: id,
      signal: AbortSignal.any([signal, done.signal]),
    })
    for await (const event of events) {
      if (event.type === 'progress') bar.show(event.progress)
      if (event.type !== 'transcription') continue
      const { status } = event.transcription
      if (status !== 'queued' && status !== 'running') break
    }
  } finally {
    done.abort()
    bar.stop()
  }
  signal.throwIfAborted()
  return house.transcriptions.get(USER, id)
}

const tellProblems = (result: Transcription, terminal: Terminal): void => {
  for (const warning of result.warnings) say(terminal, `Note: ${warning.message}`)
  for (const { name, status, error } of result.steps) {
    if (status !== 'failed' || error === null) continue
    const who = [error.provider, error.model].filter((part) => part !== null).join('/')
    say(terminal, `${name} failed${who === '' ? '' : ` (${who})`}: ${error.message}`)
    say(terminal, error.advice)
  }
}

/** The enhanced text when it was asked for and made; otherwise the transcript, which is always there. */
const textToWrite = (result: Transcription, { text, enhance }: TranscribeOptions): TextKind => {
  if (text !== undefined) return text
  const enhanced = result.texts.some(({ kind, status }) => kind === 'enhanced' && status === 'done')
  return enhance !== undefined && enhanced ? 'enhanced' : 'raw'
}

const write = async (
  house: House,
  result: Transcription,
  options: TranscribeOptions,
  terminal: Terminal,
): Promise<void> => {
  const wanted = { text: textToWrite(result, options), format: options.format }
  const { body } = await house.transcriptions.export(USER, result.id, wanted)
  if (options.output === undefined || options.output === '-') await writeOut(terminal, body)
  else await writeFile(options.output, body)
}

const run = async (house: House, options: TranscribeOptions, context: Context): Promise<ExitCode> => {
  await house.startWork()
  const created = await house.transcriptions.create({
    userId: USER,
    source: { stream: createReadStream(options.file) },
    fileName: basename(options.file),
    options: {
      language: options.language,
      engine: options.engine ?? context.config.speech.engine,
      model: options.enhance ?? 'auto:best',
      enhance: options.enhance !== undefined,
      summarize: options.text === 'summary',
      enhancementMode: options.mode,
      priority: 'normal',
    },
    signal: context.signal,
  })
  const result = await follow(house, created.id, context)
  tellProblems(result, context.terminal)
  if (result.status !== 'completed') {
    if (result.error !== null) say(context.terminal, `${result.error.message}\n${result.error.advice}`)
    return exitCode.failed
  }
  await write(house, result, options, context.terminal)
  return result.failedSteps.length > 0 ? exitCode.partly : exitCode.ok
}

const BINARY: readonly ExportFormat[] = ['docx', 'pdf']

/** What is wrong with the words of the command, told before an hour of work; undefined when nothing is. */
const findMistake = async (
  { file, output, format }: TranscribeOptions,
  { out }: Terminal,
): Promise<string | undefined> => {
  const source = await stat(file).catch(() => undefined)
  if (source === undefined) return `There is no file ${file}`
  if (source.isDirectory()) return `${file} is a folder. Name one recording in it.`
  if (!source.isFile()) return `${file} is no file`
  if (output === undefined || output === '-')
    return out.isTTY === true && BINARY.includes(format) ? `Name a file for the ${format} with --output.` : undefined
  const target = await stat(output).catch(() => undefined)
  if (target?.isDirectory() === true) return `${output} is a folder. Name a file in it with --output.`
  if (target?.ino === source.ino && target.dev === source.dev) return `${output} is the recording itself`
  const writable = await access(target === undefined ? dirname(output) : output, constants.W_OK).then(
    () => true,
    () => false,
  )
  return writable ? undefined : `${output} cannot be written: its folder is not there, or you may not write to it`
}

/** Rejects for failures that have no transcript; the result's exit code tells the rest. */
export const transcribe = async (options: TranscribeOptions, context: Context): Promise<ExitCode> => {
  const mistake = await findMistake(options, context.terminal)
  if (mistake !== undefined) {
    say(context.terminal, mistake)
    return exitCode.usage
  }
  if ((await stat(options.file)).size === 0) throw new AppError('media-empty', `${options.file} holds no bytes`)
  const folder = await openWorkingFolder()
  try {
    const house = await openHouse(context, folder.directory, options.logLevel)
    try {
      return await run(house, options, context)
    } finally {
      await house.closers.run()
    }
  } finally {
    await folder.remove()
  }
}
