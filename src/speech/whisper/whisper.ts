/** The parts of a loaded Whisper that its calls share. */
import type { Decoder } from './decoder/decoder-batch.ts'
import type { WindowEncoder } from './encoded-windows.ts'
import type { WhisperSettings } from './model-settings.ts'
import type { WhisperTokenizer } from './tokenizer.ts'
import type { TokenAligner } from './window-result.ts'

export interface Whisper {
  readonly settings: WhisperSettings
  readonly tokenizer: WhisperTokenizer
  readonly decoder: Decoder
  readonly encoder: WindowEncoder
  readonly batchSize: number
  readonly canAlign: boolean
  readonly expectedLanguages: readonly string[]
  readonly align: TokenAligner
}
