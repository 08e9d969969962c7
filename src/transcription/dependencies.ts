/** What recordings need from other rooms, as narrow as it is used. `app.ts` fills it in. */
import type { Kysely } from 'kysely'
import type pg from 'pg'
import type { Database } from '../db/types.ts'
import type {
  CallOptions,
  ChatAnswer,
  ChatRequest,
  FallbackChain,
  TranscribeAnswer,
  TranscribeRequest,
} from '../gateway/index.ts'
import type { Queue } from '../jobs/queue.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import type { SpeechEngine } from '../speech/engine.ts'
import type { Charging } from './charging.ts'
import type { MediaFiles } from './media-files.ts'
import type { EncodedAudio } from './recognition/provider-recognizer.ts'
import type { ModelSuggestion } from './types.ts'

/** What a look into the file tells. */
export interface MediaFacts {
  /** Null when only decoding tells. */
  readonly durationSecond: number | null
  readonly hasVideo: boolean
  readonly container: string | null
  readonly audioCodec: string | null
  readonly channels: number | null
  readonly sampleRate: number | null
  /** For the player. */
  readonly mediaType: string
}

/** ffmpeg, as `src/speech/` runs it. Failures are `media-*` and `ffmpeg-*` AppErrors. */
export interface MediaTools {
  probe(path: string, options: { readonly signal: AbortSignal }): Promise<MediaFacts>
  /** Makes the work file that engines read; returns its length. */
  decode(
    path: string,
    workPath: string,
    options: { readonly signal: AbortSignal; readonly onProgress?: (secondsDone: number) => void },
  ): Promise<{ readonly durationSecond: number }>
  /** A stretch of the work file in a format that providers take. */
  encode(
    workPath: string,
    range: { readonly startSecond: number; readonly endSecond: number },
    options: { readonly signal: AbortSignal },
  ): Promise<EncodedAudio>
  /** At most, for `encode`. */
  readonly encodedBytesPerSecond: number
}

/** How much text one request to a model may carry. */
export interface TextRoom {
  /** Whose room it is: `provider/key`; null where any model may be asked. */
  readonly model: string | null
  readonly contextLength: number | null
  /** Tokens of the whole request. */
  readonly inputTokens: number
  /** Tokens of the answer. */
  readonly outputTokens: number
  count(text: string): number
}

/** @param contextLength what is known better than the catalog does, for this text */
export type TextRoomOf = (model: string, contextLength?: number) => Promise<TextRoom>

/** A limit that nobody named: the context that a model turned out to have, and the requests that show it. */
export interface ContextLesson {
  readonly contextLength: number
  readonly refusedTokens: number
  readonly answeredTokens: number
}

export interface ExpectedUsage {
  readonly requests: number
  readonly inputTokens: number
  readonly outputTokens: number
}
export interface ExpectedEffort {
  /** By the catalog's prices; null when they are not known. */
  readonly costMicrocents: number | null
  /** All requests one after the other; null while nobody measured. */
  readonly seconds: number | null
}

export interface ModelGateway {
  chat(request: ChatRequest, options?: CallOptions): Promise<ChatAnswer>
  transcribe(request: TranscribeRequest, options?: CallOptions): Promise<TranscribeAnswer>
}

export interface TranscriptionsDependencies {
  readonly db: Kysely<Database>
  /** One of its connections is kept for live events. */
  readonly pool: pg.Pool
  readonly queue: Pick<Queue, 'send' | 'find'>
  /** The local engine by the name of its model; null is the configured one. Error: `speech-model-missing`. */
  readonly speechEngine: (model: string | null) => Promise<SpeechEngine>
  readonly gateway: ModelGateway
  /** The model to ask for a name in the options: the built-in one for `auto:…` when there is no other. */
  readonly chooseModel: (model: string) => string
  /** Room of the model that a request names, or of the smallest one that may answer in its place. */
  readonly textRoom: TextRoomOf
  /** Keeps a limit that was found out by trying, for everybody's next request to `provider/key`. */
  readonly learnContext?: ((model: string, lesson: ContextLesson) => void) | undefined
  /** Whether a model is the built-in one, which goes by rules and follows no instruction. */
  readonly isBuiltIn: (model: string) => boolean
  /** Who is asked when the model fails, by the user's wish or the house's; null lets the routing decide. */
  readonly chainFor: (userId: string, operation: string) => Promise<FallbackChain | null>
  /**
   * Throws `model-unknown`, `model-inactive`, `credential-missing` or `model-not-found` for a model that cannot be used
   * now, with live ones to take instead; passes what cannot be told.
   *
   * @param operation what it is wanted for, as chains, prices and statistics call it; told in the error
   */
  readonly assertModelUsable: (model: string, operation: string, signal?: AbortSignal) => Promise<void>
  /** What requests to a model cost and how long they take, as far as that is known. */
  readonly expect: (model: string, usage: ExpectedUsage) => ExpectedEffort
  /** How a model is shown, by `provider/key`; null when it isn't known. */
  readonly describeModel: (ref: string) => ModelSuggestion | null
  /** Left out where nothing is counted. */
  readonly charging?: Charging | undefined
  readonly media: MediaTools
  readonly files: MediaFiles
  readonly clock: Clock
  /** Between tries at a question that nobody could answer just now; left out: those of `texts/text-work.ts`. */
  readonly pausesMs?: readonly number[] | undefined
  readonly newId: () => string
  readonly logger: Logger
  readonly limits: {
    readonly maxUploadBytes: number
    readonly maxDurationSecond: number
    /** Local recognitions at once in this process: the engine uses all cores by itself. */
    readonly parallelRecognitions: number
  }
}
