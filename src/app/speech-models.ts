/** The local speech models as the pages show them. */
import { rm } from 'node:fs/promises'
import type { Config } from '../config.ts'
import { AppError } from '../errors.ts'
import type { SpeechModel } from '../http/contract/models.ts'
import type { SpeechModels } from '../http/dependencies.ts'
import type { Logger } from '../lib/logger.ts'
import { listSpeechModels, modelFolder, type SpeechModelState, type WeightsPlaces } from '../speech/weights.ts'

interface Dependencies {
  readonly config: Pick<Config, 'speech'>
  readonly places: WeightsPlaces
  readonly logger: Logger
  readonly signal: AbortSignal
}

export const createSpeechModels = ({ config, places }: Dependencies): SpeechModels => {
  const toModel = (state: SpeechModelState): SpeechModel => ({
    name: state.name,
    displayName: `Whisper ${state.name}`,
    installed: state.installed,
    shipped: state.shipped,
    active: config.speech.model === state.name,
    sizeBytes: state.approximateBytes,
    download: null,
  })
  const find = async (name: string): Promise<SpeechModelState> => {
    const found = (await listSpeechModels(places)).find((state) => state.name === name)
    if (found === undefined) throw new AppError('not-found', 'There is no speech model of this name')
    return found
  }
  return {
    list: async () => (await listSpeechModels(places)).map(toModel),
    download: async (name) => toModel(await find(name)),
    async remove(name) {
      const { shipped } = await find(name)
      if (shipped) throw new AppError('conflict', 'The built-in speech model cannot be removed')
      await rm(modelFolder(name, places), { recursive: true, force: true })
    },
  }
}
