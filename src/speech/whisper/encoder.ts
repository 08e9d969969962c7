/** Samples of a window to the encoder's hidden states: spectrogram, then encoder, one window at a time to keep memory low. */
import {
  floats,
  floatTensor,
  inputType,
  openSession,
  Tensor,
  type Session,
  type SessionSettings,
} from '../inference.ts'
import { logMel, MEL_FRAMES, WINDOW_SAMPLES } from './mel.ts'
import type { WhisperFiles } from './model-files.ts'
import type { WhisperSettings } from './model-settings.ts'

type EncoderSettings = Pick<WhisperSettings, 'frames' | 'width' | 'melBands'>

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
  const encoder = await openSession(files.encoder, session)
  const mel =
    files.mel !== undefined && settings.melBands === 80
      ? await openSession(files.mel, { ...session, arena: false })
      : undefined
  const type = inputType(encoder, 'input_features')
  return {
    encode: async (samples, target) => {
      const features = mel === undefined ? logMel(samples, settings.melBands) : await melBySession(mel, samples)
      const dimensions = [1, settings.melBands, MEL_FRAMES]
      const input = type === 'float32' ? floatTensor(features, dimensions) : halfTensor(features, dimensions)
      await encodeInto(encoder, input, target, settings)
    },
    close: async () => {
      await encoder.release()
      await mel?.release()
    },
  }
}

const encodeInto = async (
  encoder: Session,
  input: Tensor,
  target: Float32Array,
  settings: EncoderSettings,
): Promise<void> => {
  const output = encoder.outputMetadata.find((each) => each.name === 'last_hidden_state')
  if (output?.isTensor && output.type === 'float32') {
    await encoder.run(
      { input_features: input },
      { last_hidden_state: floatTensor(target, [1, settings.frames, settings.width]) },
    )
    return
  }
  const answer = await encoder.run({ input_features: input }, ['last_hidden_state'])
  target.set(floats(answer['last_hidden_state']))
}

const melBySession = async (mel: Session, samples: Float32Array): Promise<Float32Array> => {
  const padded = new Float32Array(WINDOW_SAMPLES)
  padded.set(samples.subarray(0, WINDOW_SAMPLES))
  const answer = await mel.run({ waveform: floatTensor(padded, [1, WINDOW_SAMPLES]) })
  return floats(answer['input_features'])
}

const halfTensor = (values: Float32Array, dimensions: readonly number[]): Tensor => {
  const half = Float16Array.from(values)
  return new Tensor('float16', new Uint16Array(half.buffer), dimensions)
}
