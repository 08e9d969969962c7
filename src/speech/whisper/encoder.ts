/** Samples of a window to the encoder's hidden states: spectrogram, then encoder, one window at a time to keep memory low. */
import { fuseAttention } from '../graph/fuse-attention.ts'
import {
  floats,
  floatTensor,
  freeNow,
  inputType,
  openSession,
  runInto,
  Tensor,
  type Session,
  type SessionSettings,
} from '../inference.ts'
import { logMel, MEL_FRAMES, WINDOW_SAMPLES } from './mel.ts'
import type { WhisperFiles } from './model-files.ts'
import type { WhisperSettings } from './model-settings.ts'
import { withRewritten } from './rewritten-model.ts'

type EncoderSettings = Pick<WhisperSettings, 'frames' | 'width' | 'melBands' | 'encoderHeads'>

export interface WhisperEncoder {
  /** Writes frames × width numbers to `target`. `samples` is at most 30 s. */
  encode(samples: Float32Array, target: Float32Array): Promise<void>
  close(): Promise<void>
}

export const createEncoder = async (
  files: WhisperFiles,
  settings: EncoderSettings,
  session: SessionSettings,
): Promise<WhisperEncoder> => {
  const encoder = await openEncoder(files.encoder, settings.encoderHeads, session)
  const mel =
    files.mel !== undefined && settings.melBands === 80
      ? await openSession(files.mel, { ...session, arena: false })
      : undefined
  const type = inputType(encoder, 'input_features')
  const padded = new Float32Array(mel === undefined ? 0 : WINDOW_SAMPLES)
  return {
    encode: async (samples, target) => {
      const features = mel === undefined ? logMel(samples, settings.melBands) : await melBySession(mel, samples, padded)
      const dimensions = [1, settings.melBands, MEL_FRAMES]
      const input = type === 'float32' ? floatTensor(features, dimensions) : halfTensor(features, dimensions)
      await encodeInto(encoder, input, target, settings)
      freeNow(features)
    },
    close: async () => {
      await encoder.release()
      await mel?.release()
    },
  }
}

const openEncoder = async (path: string, heads: number, settings: SessionSettings): Promise<Session> =>
  (await withRewritten(
    path,
    (model) => fuseAttention(model, heads),
    async (fused) => {
      const session = await openSession(path, settings, fused)
      freeNow(fused)
      return session
    },
  )) ?? (await openSession(path, settings))

const encodeInto = async (
  encoder: Session,
  input: Tensor,
  target: Float32Array,
  settings: EncoderSettings,
): Promise<void> => {
  const output = encoder.outputMetadata.find((each) => each.name === 'last_hidden_state')
  if (output?.isTensor && output.type === 'float32') {
    const laidOut = floatTensor(target, [1, settings.frames, settings.width])
    await runInto(encoder, { input_features: input }, { last_hidden_state: laidOut })
    return
  }
  const answer = await encoder.run({ input_features: input }, ['last_hidden_state'])
  target.set(floats(answer['last_hidden_state']))
}

/** `padded` is written to. */
const melBySession = async (mel: Session, samples: Float32Array, padded: Float32Array): Promise<Float32Array> => {
  padded.fill(0)
  padded.set(samples.subarray(0, WINDOW_SAMPLES))
  const answer = await mel.run({ waveform: floatTensor(padded, [1, WINDOW_SAMPLES]) })
  return floats(answer['input_features'])
}

const halfTensor = (values: Float32Array, dimensions: readonly number[]): Tensor => {
  const half = Float16Array.from(values)
  return new Tensor('float16', new Uint16Array(half.buffer), dimensions)
}
