/** Where a model's folder is: shipped with the product, downloaded into the models directory, or given by path. */
import { stat } from 'node:fs/promises'
import { basename, isAbsolute, join } from 'node:path'
import { AppError } from '../errors.ts'
import { findSpeechModel, SHIPPED_MODEL, SPEECH_MODELS, type SpeechModelRow } from './catalog.ts'
import type { Variant } from './whisper/model-files.ts'

export interface WeightsPlaces {
  /** The product's `weights` folder. */
  readonly shippedDirectory: string
  /** Where downloaded models lie, one folder each. */
  readonly modelsDirectory: string
}

export interface ResolvedSpeechModel {
  /** What results call it, e.g. `whisper-base`. */
  readonly name: string
  readonly folder: string
  /** Taken whatever variants the folder holds when undefined. */
  readonly variant: Variant | undefined
  readonly voiceActivityModel: string
}

export interface SpeechModelState extends SpeechModelRow {
  readonly installed: boolean
  /** Shipped models cannot be removed. */
  readonly shipped: boolean
}

export const modelFolder = (name: string, places: WeightsPlaces): string =>
  name === SHIPPED_MODEL
    ? join(places.shippedDirectory, `whisper-${name}`)
    : join(places.modelsDirectory, `whisper-${name}`)

/**
 * `model` is a name of the catalog or a folder (absolute, or beginning with `./` or `../`). Fails with
 * `speech-model-missing` when it is not there; what is inside is checked when the engine loads it.
 */
export const resolveSpeechModel = async (model: string, places: WeightsPlaces): Promise<ResolvedSpeechModel> => {
  const voiceActivityModel = join(places.shippedDirectory, 'silero-vad', 'silero_vad.onnx')
  const byPath = isAbsolute(model) || /^\.\.?[/\\]/.test(model)
  const row = byPath ? undefined : findSpeechModel(model)
  if (!byPath && row === undefined) {
    throw new AppError(
      'speech-model-missing',
      `There is no speech model called ${JSON.stringify(model.slice(0, 100))}`,
      {
        details: { model: model.slice(0, 100), known: SPEECH_MODELS.map((each) => each.name) },
      },
    )
  }
  const folder = byPath ? model : modelFolder(model, places)
  if (!(await isInstalled(folder))) {
    throw new AppError('speech-model-missing', `The speech model ${byPath ? 'folder' : model} is not there`, {
      details: { model, folder, shippedModel: SHIPPED_MODEL },
    })
  }
  const variant = byPath || model === SHIPPED_MODEL ? undefined : row?.variant
  return { name: byPath ? basename(model) : `whisper-${model}`, folder, variant, voiceActivityModel }
}

/** The catalog with what is installed. */
export const listSpeechModels = (
  places: WeightsPlaces,
  models: readonly SpeechModelRow[] = SPEECH_MODELS,
): Promise<SpeechModelState[]> =>
  Promise.all(
    models.map(async (row) => ({
      ...row,
      shipped: row.name === SHIPPED_MODEL,
      installed: await isInstalled(modelFolder(row.name, places)),
    })),
  )

/** A download is moved in place only when whole, so one settled file tells enough. */
const isInstalled = async (folder: string): Promise<boolean> => {
  try {
    return (await stat(join(folder, 'tokenizer.json'))).isFile()
  } catch {
    return false
  }
}
