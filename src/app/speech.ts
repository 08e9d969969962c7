/** The local engine by model, each in its child process, and ffmpeg, looked for when it is first needed. */
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { projectDirectory } from '../config.ts'
import { createChildEngine } from '../speech/child-engine.ts'
import type { SpeechEngine } from '../speech/engine.ts'
import { resolveFfmpeg } from '../speech/ffmpeg.ts'
import { resolveSpeechModel, type WeightsPlaces } from '../speech/weights.ts'
import type { MediaTools } from '../transcription/dependencies.ts'
import { createMediaTools } from '../transcription/media-tools.ts'

export const weightsPlaces = (config: Pick<Config, 'data'>): WeightsPlaces => ({
  shippedDirectory: join(projectDirectory, 'weights'),
  modelsDirectory: join(config.data.directory, 'speech-models'),
})

export interface Speech {
  /** Null is the configured model. Error: `speech-model-missing`. */
  readonly engine: (model: string | null) => Promise<SpeechEngine>
  readonly media: MediaTools
  /** Ends all engines with their processes. */
  close(): Promise<void>
}

/** ffmpeg may be installed while the server runs, so it is looked for until it is there. */
export const createLazyMediaTools = (config: Pick<Config, 'ffmpeg' | 'upload'>): MediaTools => {
  const limits = { maxDurationSecond: config.upload.maxHours * 3600 }
  let found: Promise<MediaTools> | undefined
  const tools = (): Promise<MediaTools> => {
    found ??= resolveFfmpeg({ ffmpegPath: config.ffmpeg.path, searchPath: config.ffmpeg.searchPath }).then(
      (paths) =>
        createMediaTools(
          { ...paths, ...(config.ffmpeg.probePath && { ffprobePath: config.ffmpeg.probePath }) },
          limits,
        ),
      (error: unknown) => {
        found = undefined
        throw error
      },
    )
    return found
  }
  return {
    encodedBytesPerSecond: createMediaTools({ ffmpegPath: '', ffprobePath: '' }, limits).encodedBytesPerSecond,
    probe: async (...words) => (await tools()).probe(...words),
    decode: async (...words) => (await tools()).decode(...words),
    encode: async (...words) => (await tools()).encode(...words),
  }
}

export const createSpeech = (config: Config): Speech => {
  const places = weightsPlaces(config)
  const engines = new Map<string, SpeechEngine>()

  const engine = async (wanted: string | null): Promise<SpeechEngine> => {
    const model = wanted ?? config.speech.model
    // Looked up each time, so that a removed model is missed and a downloaded one found.
    const { name, folder, variant, voiceActivityModel } = await resolveSpeechModel(model, places)
    const known = engines.get(folder)
    if (known !== undefined) return known
    const made = createChildEngine({
      model: name,
      whisper: {
        folder,
        voiceActivityModel,
        name,
        threads: config.speech.threads,
        expectedLanguages: config.speech.languages,
        ...(variant && { variant }),
      },
      idleMs: config.speech.idleMs,
      memoryLimitBytes: config.speech.memoryLimitBytes,
    })
    engines.set(folder, made)
    return made
  }
  return {
    engine,
    media: createLazyMediaTools(config),
    close: async () => {
      await Promise.all([...engines.values()].map((each) => each.close()))
    },
  }
}
