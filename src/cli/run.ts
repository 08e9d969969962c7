/** The command line: words in, an exit code out. Each command is in `commands/` and is loaded when it is called. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { toAppError } from '../errors.ts'
import { isSpokenLanguage, spokenLanguages } from '../http/contract/languages.ts'
import { enhancementModes, exportFormats } from '../http/contract/transcriptions.ts'
import { isAbort } from '../lib/abort.ts'
import { redactText } from '../lib/logger.ts'
import { stepOfText } from '../transcription/types.ts'
import type { CommandLine } from './command-line.ts'
import { registerCredentialsCommand } from './commands/register-credentials.ts'
import { registerCreditsCommand } from './commands/register-credits.ts'
import { registerModelsCommand } from './commands/register-models.ts'
import type { TranscribeOptions } from './commands/transcribe.ts'
import { exitCode, type ExitCode } from './exit-code.ts'
import { say } from './terminal.ts'

const parseLanguage = (text: string): string => {
  if (text === 'auto' || isSpokenLanguage(text)) return text
  throw new InvalidArgumentError(`Give auto or one of ${spokenLanguages.join(' ')}.`)
}

const addTranscribe = (program: Command, line: CommandLine, done: (code: ExitCode) => void): void => {
  program
    .command('transcribe')
    .description('turn a recording into text, without a server')
    .argument('<file>', 'audio or video of any kind')
    .option('-l, --language <code>', 'spoken language, e.g. tr; auto finds it', parseLanguage, 'auto')
    .addOption(new Option('-f, --format <format>', 'form of the result').choices(exportFormats).default('txt'))
    .option('-o, --output <file>', 'where to write; standard output when left out')
    .option('-e, --enhance <model>', 'improve the text with this model, e.g. offline/basic or provider/model')
    .addOption(
      new Option('--mode <mode>', 'how to improve it')
        .choices(enhancementModes.filter((mode) => mode !== 'custom'))
        .default('standard'),
    )
    .addOption(new Option('--text <kind>', 'which text to write').choices(['raw', ...Object.keys(stepOfText)]))
    .option('--engine <engine>', 'local, local/MODEL or provider/model')
    .option('-v, --verbose', 'tell on standard error what is done')
    .action(async (file: string, options: Omit<TranscribeOptions, 'file' | 'logLevel'> & { verbose?: boolean }) => {
      const { verbose, ...rest } = options
      const { transcribe } = await import('./commands/transcribe.ts')
      const config = await line.loadConfig()
      done(await transcribe({ ...rest, file, logLevel: verbose ? 'info' : 'silent' }, { ...line, config }))
    })
}

const addDoctor = (program: Command, line: CommandLine, done: (code: ExitCode) => void): void => {
  program
    .command('doctor')
    .description('check the machine, the settings and each key, and say what to do')
    .option('--json', 'write the findings as JSON', false)
    .option('--no-online', 'call no provider')
    .action(async (options: { json: boolean; online: boolean }) => {
      const { doctor } = await import('./commands/doctor.ts')
      done(await doctor(options, line))
    })
}

const addSpeech = (program: Command, line: CommandLine, done: (code: ExitCode) => void): void => {
  const speech = program.command('speech').description('local speech models')
  speech
    .command('list')
    .description('what is installed and what can be had')
    .option('--json', 'write as JSON', false)
    .action(async (options: { json: boolean }) => {
      const { listLocalModels } = await import('./commands/speech.ts')
      done(await listLocalModels(options, { ...line, config: await line.loadConfig() }))
    })
  speech
    .command('download')
    .description('download a model, or go on with a download')
    .argument('<name>', 'e.g. small')
    .action(async (name: string) => {
      const { downloadLocalModel } = await import('./commands/speech.ts')
      done(await downloadLocalModel(name, { ...line, config: await line.loadConfig() }))
    })
  speech
    .command('remove')
    .description('remove a downloaded model')
    .argument('<name>')
    .action(async (name: string) => {
      const { removeSpeechModel } = await import('./commands/speech.ts')
      done(await removeSpeechModel(name, { ...line, config: await line.loadConfig() }))
    })
}

const createProgram = (line: CommandLine, done: (code: ExitCode) => void): Command => {
  const program = new Command('mp4totext')
    .description('Recordings to text.')
    .version(line.version)
    .showHelpAfterError('(add --help for help)')
    .configureOutput({
      writeOut: (text) => void line.terminal.out.write(text),
      writeErr: (text) => void line.terminal.err.write(text),
    })
    .exitOverride()
  addTranscribe(program, line, done)
  addDoctor(program, line, done)
  addSpeech(program, line, done)
  registerModelsCommand(program, line, done)
  registerCredentialsCommand(program, line, done)
  registerCreditsCommand(program, line, done)
  return program
}

const explain = (thrown: unknown): string => {
  const error = toAppError(thrown)
  return redactText(`${error.message}\n${error.code === 'internal' ? '' : error.entry.advice}`.trimEnd())
}

/** Runs the command that the words name. Never throws. */
export const runCommand = async (words: readonly string[], line: CommandLine): Promise<ExitCode> => {
  let code: ExitCode = exitCode.ok
  try {
    await createProgram(line, (told) => (code = told)).parseAsync([...words], { from: 'user' })
    return code
  } catch (thrown) {
    if (line.signal.aborted) {
      say(line.terminal, 'Interrupted')
      return exitCode.interrupted
    }
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCode.ok : exitCode.usage
    say(line.terminal, isAbort(thrown) ? 'It took too long' : explain(thrown))
    return exitCode.failed
  }
}
