/**
 * The speech models that can be had by name. Data: a new one is a new row.
 *
 * Each is a repository of the public hub in the layout that the engine loads. The weights' checksums are not pinned here
 * (only the shipped model's are known to us); they come from the hub's own listing, see download.ts.
 */

export interface SpeechModelRow {
  readonly name: string
  readonly repository: string
  /** Which variant of the weights is downloaded: 8 bit, a third to a half of the memory and time of full precision. */
  readonly variant: 'quantized'
  /** Rough size of the download in bytes, to tell beforehand. */
  readonly approximateBytes: number
  /** Rough peak memory while it works, in bytes. */
  readonly approximateMemoryBytes: number
  /** One sentence for choosing. */
  readonly description: string
}

const megabytes = (count: number): number => count * 1_000_000

/** The model that comes with the product. */
export const SHIPPED_MODEL = 'base'

export const SPEECH_MODELS: readonly SpeechModelRow[] = Object.freeze([
  {
    name: 'tiny',
    repository: 'onnx-community/whisper-tiny_timestamped',
    variant: 'quantized',
    approximateBytes: megabytes(45),
    approximateMemoryBytes: megabytes(600),
    description: 'Fastest, least accurate.',
  },
  {
    name: 'base',
    repository: 'onnx-community/whisper-base_timestamped',
    variant: 'quantized',
    approximateBytes: megabytes(80),
    approximateMemoryBytes: megabytes(900),
    description: 'Comes with the product: fast, good for clear speech.',
  },
  {
    name: 'small',
    repository: 'onnx-community/whisper-small_timestamped',
    variant: 'quantized',
    approximateBytes: megabytes(255),
    approximateMemoryBytes: megabytes(1900),
    description: 'Noticeably better, about three times slower than base.',
  },
  {
    name: 'medium',
    repository: 'onnx-community/whisper-medium_timestamped',
    variant: 'quantized',
    approximateBytes: megabytes(790),
    approximateMemoryBytes: megabytes(4500),
    description: 'Better again, about ten times slower than base.',
  },
  {
    name: 'large-v3-turbo',
    repository: 'onnx-community/whisper-large-v3-turbo_timestamped',
    variant: 'quantized',
    approximateBytes: megabytes(830),
    approximateMemoryBytes: megabytes(4500),
    description: 'Best for most languages, about ten times slower than base.',
  },
] as const)

export const findSpeechModel = (name: string): SpeechModelRow | undefined =>
  SPEECH_MODELS.find((row) => row.name === name)
