/** Messages between the server and the engine's child process. Plain data, structured clone. */
import type { ErrorCode } from '../errors.ts'
import type { AudioWindow, DetectedLanguage, RecognizeOptions, SpeechSegmentation, WindowResult } from './engine.ts'
import type { WhisperOptions } from './whisper/whisper-engine.ts'

export type EngineCall =
  | { readonly kind: 'segment'; readonly audioPath: string }
  | { readonly kind: 'detect-language'; readonly audioPath: string; readonly windows: readonly AudioWindow[] }
  | {
      readonly kind: 'recognize'
      readonly audioPath: string
      readonly windows: readonly AudioWindow[]
      readonly options: Omit<RecognizeOptions, 'signal'>
    }

export type ToChild =
  | { readonly type: 'load'; readonly options: WhisperOptions; readonly niceness: number }
  | { readonly type: 'call'; readonly id: number; readonly call: EngineCall }
  | { readonly type: 'cancel'; readonly id: number }

export type FromChild =
  | { readonly type: 'ready' }
  | { readonly type: 'load-failed'; readonly error: PlainError }
  | { readonly type: 'progress'; readonly id: number; readonly secondsDone: number; readonly ofSeconds: number }
  | { readonly type: 'window'; readonly id: number; readonly result: WindowResult }
  | { readonly type: 'done'; readonly id: number; readonly value: SpeechSegmentation | DetectedLanguage | undefined }
  | { readonly type: 'failed'; readonly id: number; readonly error: PlainError }

/** An AppError as data. */
export interface PlainError {
  readonly code: ErrorCode
  readonly message: string
  readonly details: Readonly<Record<string, unknown>>
}
