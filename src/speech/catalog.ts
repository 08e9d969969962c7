/**
 * The speech models that can be had by name. Data: a new one is a new row, with its files in pinned-files.ts.
 *
 * Only models whose every checksum is known to us are here; any other in the hub's layout is used as a folder by path.
 * Each has cross attentions as outputs of its decoder, which words' times are made of.
 */
import { PINNED_MODELS, type PinnedModel } from './pinned-files.ts'

export interface SpeechModelRow extends PinnedModel {
  readonly name: string
  /** Which variant of the weights the files are; quantized: 8 bit, a third to a half of the memory of full precision. */
  readonly variant: '' | 'quantized'
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
    ...PINNED_MODELS.tiny,
    variant: 'quantized',
    approximateMemoryBytes: megabytes(600),
    description: 'Fastest, least accurate.',
  },
  {
    name: SHIPPED_MODEL,
    ...PINNED_MODELS.base,
    variant: '',
    approximateMemoryBytes: megabytes(900),
    description: 'Comes with the product: fast, good for clear speech.',
  },
  {
    name: 'small',
    ...PINNED_MODELS.small,
    variant: 'quantized',
    approximateMemoryBytes: megabytes(1900),
    description: 'Noticeably better, about three times slower than base.',
  },
  {
    name: 'medium',
    ...PINNED_MODELS.medium,
    variant: 'quantized',
    approximateMemoryBytes: megabytes(4500),
    description: 'Better again, about ten times slower than base.',
  },
  {
    name: 'large-v3-turbo',
    ...PINNED_MODELS['large-v3-turbo'],
    variant: 'quantized',
    approximateMemoryBytes: megabytes(4500),
    description: 'Best for most languages, about ten times slower than base.',
  },
])

export const findSpeechModel = (name: string): SpeechModelRow | undefined =>
  SPEECH_MODELS.find((row) => row.name === name)

export const downloadBytes = ({ files }: Pick<SpeechModelRow, 'files'>): number =>
  files.reduce((sum, { bytes }) => sum + bytes, 0)
