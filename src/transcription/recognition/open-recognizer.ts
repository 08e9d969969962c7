/** From the name in the options to the engine that it means. */
import { AppError } from '../../errors.ts'
import type { Workshop } from '../work/work.ts'
import { createLocalRecognizer } from './local-recognizer.ts'
import { createProviderRecognizer } from './provider-recognizer.ts'
import type { Recognizer } from './recognizer.ts'

const LOCAL = 'local'

/** Names of the catalog only: the speech library would take a folder too, and this text comes from a user. */
const SPEECH_MODEL = /^[a-z0-9][a-z0-9.-]{0,60}$/

interface EngineName {
  readonly provider: string
  /** Null is the configured local model. */
  readonly model: string | null
}

/** @param ref `local`, `local/<speech model>` or `provider/key`. Error: `invalid-request`. */
export const parseEngineName = (ref: string): EngineName => {
  const slash = ref.indexOf('/')
  const [provider, model] = slash < 0 ? [ref, null] : [ref.slice(0, slash), ref.slice(slash + 1)]
  const right = provider === LOCAL ? model === null || SPEECH_MODEL.test(model) : provider !== '' && model
  if (right) return { provider, model }
  throw new AppError('invalid-request', `There is no speech engine named ${JSON.stringify(ref.slice(0, 100))}`, {
    details: { fields: [{ path: 'engine', message: 'local, local/<speech model> or <provider>/<model>' }] },
  })
}

/** Labels go into the record of each call to a provider. Errors: `invalid-request`, `speech-model-missing`. */
export const openRecognizer = async (
  shop: Workshop,
  ref: string,
  labels: Readonly<Record<string, string>>,
): Promise<Recognizer> => {
  const { provider, model } = parseEngineName(ref)
  if (provider === LOCAL) return createLocalRecognizer(await shop.speechEngine(model), shop.recognitionSlots)
  return createProviderRecognizer(ref, {
    transcribe: (request, options) => shop.gateway.transcribe(request, { ...options, labels }),
    encode: (workPath, range, options) => shop.media.encode(workPath, range, options),
    bytesPerSecond: shop.media.encodedBytesPerSecond,
  })
}
