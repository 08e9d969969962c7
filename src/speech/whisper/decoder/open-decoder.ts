/** Loads a decoder, split in two where its graph and the processor allow it. */
import { stat } from 'node:fs/promises'
import { splitDecoder, type SplitDecoder } from '../../graph/split-decoder.ts'
import { freeNow, openSession, type Session } from '../../inference.ts'
import type { Decoder, DecoderSessions } from './decoder-batch.ts'
import { createMergedDecoder } from './merged-decoder.ts'
import type { WhisperSettings } from '../model-settings.ts'
import { withRewritten } from '../rewritten-model.ts'
import { createSplitDecoder, shapeOf } from './split-decoder.ts'

/** A decoder file larger than this is loaded once. */
const LARGEST_TWICE_BYTES = 120e6

export interface DecoderPlace {
  readonly path: string
  readonly cores: number
  /** Whether the other cores are busy with encoding. */
  readonly isEncoding: () => boolean
}

export const openDecoder = async (place: DecoderPlace, settings: WhisperSettings): Promise<Decoder> => {
  // Elsewhere the runtime rearranges bytes before it multiplies a single row by them.
  const split =
    process.arch === 'x64'
      ? await withRewritten(
          place.path,
          (model) => splitDecoder(model, shapeOf(settings)),
          (models) => openSplit(place, models, settings),
        )
      : undefined
  return split ?? createMergedDecoder(await openSessions(place), settings)
}

const openSplit = async (place: DecoderPlace, models: SplitDecoder, settings: WhisperSettings): Promise<Decoder> => {
  const prompt = await openSession(place.path, { threads: besideEncoding(place), arena: false }, models.prompt)
  freeNow(models.prompt)
  const steps = await openSessions(place, models.step)
  freeNow(models.step)
  return createSplitDecoder({ prompt, steps }, settings)
}

const besideEncoding = ({ cores }: DecoderPlace): number => Math.ceil(cores / 2)

/** Half the cores while windows are encoded; all of them in a session of its own otherwise, where memory allows a second one. */
const openSessions = async (place: DecoderPlace, rewritten?: Uint8Array): Promise<DecoderSessions> => {
  const { path, cores, isEncoding } = place
  const open = (threads: number): Promise<Session> => openSession(path, { threads, arena: false }, rewritten)
  const beside = await open(besideEncoding(place))
  if (cores === 1 || (await stat(path)).size > LARGEST_TWICE_BYTES) return { all: [beside], choose: () => beside }
  const alone = await open(cores)
  return { all: [beside, alone], choose: () => (isEncoding() ? beside : alone) }
}
