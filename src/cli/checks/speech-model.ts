/** The configured speech model: there, and able to work, shown by a second of silence. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSpeech, weightsPlaces } from '../../app/speech.ts'
import type { Config } from '../../config.ts'
import { toAppError, type AppError } from '../../errors.ts'
import { findSpeechModel } from '../../speech/catalog.ts'
import { differingFiles } from '../../speech/download/pinned-content.ts'
import { modelFolder } from '../../speech/weights.ts'
import type { Check, Finding } from './check.ts'

/** 16 kHz, 16 bit. */
const ONE_SECOND = Buffer.alloc(32_000)

const adviceFor = (error: AppError, model: string): string => {
  if (error.code !== 'speech-model-missing') return error.entry.advice
  return findSpeechModel(model) === undefined
    ? 'Set SPEECH_MODEL to a name of “mp4totext speech list” or to a folder, or remove it to use the built-in model.'
    : `Download it: npm run -s mp4totext -- speech download ${model}. Or remove SPEECH_MODEL to use the built-in model.`
}

/** Files of a model that works, yet is not the one its checksums name: damaged, or put there by somebody. */
const changedFiles = async (config: Config, signal: AbortSignal): Promise<Finding[]> => {
  const row = findSpeechModel(config.speech.model)
  if (row === undefined) return []
  const changed = await differingFiles(modelFolder(row.name, weightsPlaces(config)), row.files, signal)
  if (changed.length === 0) return []
  const files = changed.map(({ path }) => path)
  const message = `${files.join(', ')} of ${row.name} ${files.length === 1 ? 'does' : 'do'} not have the checksum that is pinned`
  const advice =
    row.source === undefined
      ? 'Restore the folder “weights” as it was delivered.'
      : `Bring it anew: npm run -s mp4totext -- speech remove ${row.name}, then speech download ${row.name}.`
  return [{ name: 'speech model files', status: 'warning', message, advice, details: { files } }]
}

export const checkSpeechModel: Check = async ({ config, signal }) => {
  const speech = createSpeech(config)
  const directory = await mkdtemp(join(tmpdir(), 'mp4totext-doctor-'))
  try {
    const path = join(directory, 'silence.s16le')
    await writeFile(path, ONE_SECOND)
    const startedMs = performance.now()
    const engine = await speech.engine(null)
    await engine.segment(path, { signal })
    const durationMs = Math.round(performance.now() - startedMs)
    const message = `${engine.model} loads and works`
    return [
      { name: 'speech model', status: 'ok', message, details: { durationMs } },
      ...(await changedFiles(config, signal)),
    ]
  } catch (thrown) {
    const error = toAppError(thrown)
    const { message, details } = error
    return [{ name: 'speech model', status: 'failed', message, advice: adviceFor(error, config.speech.model), details }]
  } finally {
    await speech.close()
    await rm(directory, { recursive: true, force: true })
  }
}
