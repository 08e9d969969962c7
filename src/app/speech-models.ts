/** The local speech models as the pages show them, and their downloads, one at a time for each model. */
import { rm, stat } from 'node:fs/promises'
import type { Config } from '../config.ts'
import { AppError, toAppError } from '../errors.ts'
import type { SpeechModel } from '../http/contract/models.ts'
import type { SpeechModels } from '../http/dependencies.ts'
import type { Logger } from '../lib/logger.ts'
import { downloadBytes, SPEECH_MODELS, type SpeechModelRow } from '../speech/catalog.ts'
import { downloadSpeechModel } from '../speech/download/download-model.ts'
import { bytesIn } from '../speech/download/pinned-content.ts'
import { listSpeechModels, modelFolder, type SpeechModelState, type WeightsPlaces } from '../speech/weights.ts'

interface Dependencies {
  readonly config: Pick<Config, 'speech'>
  readonly places: WeightsPlaces
  /** The models that can be had; those of the product unless said otherwise. */
  readonly catalog?: readonly SpeechModelRow[]
  readonly logger: Logger
  /** Ends downloads with the server; what has come stays. */
  readonly signal: AbortSignal
}

type Download = NonNullable<SpeechModel['download']>

interface Running {
  readonly stop: AbortController
  readonly ended: Promise<void>
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

export const createSpeechModels = (deps: Dependencies): SpeechModels => {
  const { config, places, logger, signal, catalog = SPEECH_MODELS } = deps
  const downloads = new Map<string, Download>()
  const running = new Map<string, Running>()
  const unfinished = (name: string): string => `${modelFolder(name, places)}.part`

  /** A part without a download is one that was stopped, maybe by the end of an earlier process. */
  const downloadOf = async (model: SpeechModelState): Promise<Download | null> => {
    const known = downloads.get(model.name)
    if (known !== undefined) return known
    const folder = unfinished(model.name)
    if (model.installed || !(await exists(folder))) return null
    const bytesDone = await bytesIn(folder, model.files)
    return { state: 'paused', bytesDone, bytesTotal: downloadBytes(model), error: null }
  }
  const toModel = async (state: SpeechModelState): Promise<SpeechModel> => ({
    name: state.name,
    displayName: `Whisper ${state.name}`,
    installed: state.installed,
    shipped: state.shipped,
    active: config.speech.model === state.name,
    sizeBytes: downloadBytes(state),
    download: await downloadOf(state),
  })
  const find = async (name: string): Promise<SpeechModelState> => {
    const found = (await listSpeechModels(places, catalog)).find((state) => state.name === name)
    if (found === undefined) throw new AppError('not-found', 'There is no speech model of this name')
    return found
  }

  const start = (name: string, from: Download): void => {
    const stop = new AbortController()
    const progress = (change: Partial<Download>): void => {
      downloads.set(name, { ...(downloads.get(name) ?? from), ...change })
    }
    progress({ state: 'running', error: null })
    const work = downloadSpeechModel(name, {
      directory: places.modelsDirectory,
      baseUrl: config.speech.modelUrl,
      models: catalog,
      signal: AbortSignal.any([stop.signal, signal]),
      onProgress: (bytesDone, bytesTotal) => progress({ bytesDone, bytesTotal }),
    })
    const ended = work
      .then(
        () => void downloads.delete(name),
        (thrown: unknown) => {
          const error = toAppError(thrown)
          if (error.code === 'cancelled') return progress({ state: 'paused' })
          logger.warn({ error, model: name }, 'A speech model did not download')
          progress({ state: 'failed', error: `${error.message}. ${error.entry.advice}` })
        },
      )
      .finally(() => running.delete(name))
    running.set(name, { stop, ended })
  }

  return {
    list: async () => Promise.all((await listSpeechModels(places, catalog)).map(toModel)),
    async download(name) {
      const model = await find(name)
      const from = (await downloadOf(model)) ?? {
        state: 'running',
        bytesDone: 0,
        bytesTotal: downloadBytes(model),
        error: null,
      }
      if (!model.installed && !running.has(name)) start(name, from)
      return toModel(await find(name))
    },
    async remove(name) {
      const { shipped } = await find(name)
      if (shipped) throw new AppError('conflict', 'The built-in speech model cannot be removed')
      const download = running.get(name)
      if (download !== undefined) {
        download.stop.abort()
        return download.ended
      }
      downloads.delete(name)
      await rm(unfinished(name), { recursive: true, force: true })
      await rm(modelFolder(name, places), { recursive: true, force: true })
    },
  }
}
