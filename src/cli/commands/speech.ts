/** `speech list`, `speech download NAME`, `speech remove NAME`: the local speech models. */
import { rm } from 'node:fs/promises'
import { weightsPlaces } from '../../app/speech.ts'
import type { Config } from '../../config.ts'
import { AppError } from '../../errors.ts'
import { downloadBytes } from '../../speech/catalog.ts'
import { downloadSpeechModel } from '../../speech/download/download-model.ts'
import { listSpeechModels, modelFolder, type SpeechModelState } from '../../speech/weights.ts'
import { exitCode, type ExitCode } from '../exit-code.ts'
import { createDownloadBar } from '../progress-bar.ts'
import { say, writeOut, type Terminal } from '../terminal.ts'

interface Context {
  readonly config: Config
  readonly terminal: Terminal
  readonly signal: AbortSignal
}

const find = async (name: string, { config }: Context): Promise<SpeechModelState> => {
  const models = await listSpeechModels(weightsPlaces(config))
  const found = models.find((model) => model.name === name)
  if (found !== undefined) return found
  throw new AppError(
    'not-found',
    `There is no speech model ${name}. Known are ${models.map((model) => model.name).join(', ')}.`,
  )
}

const toLine = (model: SpeechModelState, width: number): string => {
  const { name, installed, shipped, description } = model
  const state = shipped ? 'built in' : installed ? 'installed' : `${Math.round(downloadBytes(model) / 1e6)} MB`
  return `${name.padEnd(width)}  ${state.padEnd(9)}  ${description}\n`
}

export const listLocalModels = async (
  { json }: { json: boolean },
  { config, terminal }: Context,
): Promise<ExitCode> => {
  const models = await listSpeechModels(weightsPlaces(config))
  const width = Math.max(...models.map(({ name }) => name.length))
  const lines = models.map((model) => toLine(model, width)).join('')
  await writeOut(terminal, json ? `${JSON.stringify(models, null, 2)}\n` : lines)
  return exitCode.ok
}

/** Goes on where an earlier download stopped; Ctrl-C keeps what has come. */
export const downloadLocalModel = async (name: string, context: Context): Promise<ExitCode> => {
  const { config, terminal, signal } = context
  const { installed } = await find(name, context)
  if (installed) {
    say(terminal, `${name} is installed`)
    return exitCode.ok
  }
  const bar = createDownloadBar(terminal)
  try {
    const folder = await downloadSpeechModel(name, {
      directory: weightsPlaces(config).modelsDirectory,
      baseUrl: config.speech.modelUrl,
      signal,
      onProgress: (done, all) => bar.show(done, all),
    })
    bar.stop()
    say(terminal, `${name} is in ${folder}. Use it by SPEECH_MODEL=${name}, or choose it for a recording.`)
    return exitCode.ok
  } finally {
    bar.stop()
  }
}

export const removeSpeechModel = async (name: string, context: Context): Promise<ExitCode> => {
  const { shipped, installed } = await find(name, context)
  if (shipped) throw new AppError('conflict', 'The built-in speech model cannot be removed')
  await rm(modelFolder(name, weightsPlaces(context.config)), { recursive: true, force: true })
  say(context.terminal, installed ? `Removed ${name}` : `${name} was not installed`)
  return exitCode.ok
}
