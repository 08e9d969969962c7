/**
 * Recordings and every text made from them, as the rest of the product sees them.
 *
 * Every function takes the user first and sees that user's recordings only: one that belongs to somebody else is
 * `not-found`. Failures are AppErrors. It knows no HTTP; shapes are in `types.ts`.
 */
import type { Readable } from 'node:stream'
import type { ExpectedEffort } from './dependencies.ts'
import type {
  ExportFormat,
  Segment,
  StepName,
  TextKind,
  TextPlan,
  Transcription,
  TranscriptionEvent,
  TranscriptionOptions,
  TranscriptionStatus,
  TranscriptionSummary,
  TranscriptionText,
} from './types.ts'

export interface CreateTranscriptionInput {
  readonly userId: string
  /**
   * A finished file, which becomes ours: it is moved on success and deleted when its content is refused, and left where
   * it is on any other failure, so that the caller can try again. Or a stream, which is read to its end.
   */
  readonly source: { readonly path: string } | { readonly stream: Readable }
  /** As the user's system called it. Data only: it never becomes part of a path. */
  readonly fileName: string
  readonly options: TranscriptionOptions
  /** Name of the upload: creating twice from one upload gives the same transcription. */
  readonly uploadId?: string | undefined
  readonly signal?: AbortSignal | undefined
}

export interface ListQuery {
  readonly search?: string | undefined
  readonly status?: TranscriptionStatus | undefined
  readonly language?: string | undefined
  /** ISO 8601, of the creation; `from` is included, `to` is not. */
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly sort: 'newest' | 'oldest' | 'longest' | 'title'
  readonly cursor?: string | undefined
  readonly limit: number
}

export interface SegmentChange {
  readonly index: number
  readonly text?: string | undefined
  readonly speaker?: string | null | undefined
}

export interface StepOverrides {
  readonly language?: string | undefined
  readonly engine?: string | undefined
  readonly model?: string | undefined
  readonly enhancementMode?: TranscriptionOptions['enhancementMode'] | undefined
  readonly customInstruction?: string | undefined
  readonly summaryVariant?: TranscriptionOptions['summaryVariant']
}

/** A text that is asked for. */
export interface MakeTextInput {
  readonly kind: Exclude<TextKind, 'raw'>
  readonly model: string
  readonly enhancementMode?: TranscriptionOptions['enhancementMode'] | undefined
  readonly summaryVariant?: TranscriptionOptions['summaryVariant']
  readonly targetLanguage?: string | undefined
  readonly customInstruction?: string | undefined
  readonly templateId?: string | undefined
}

/** What making a text would take, by what is known. */
export interface ExpectedText extends Omit<TextPlan, 'replans'>, ExpectedEffort {
  /** Of all requests together. */
  readonly totalInputTokens: number
  readonly totalOutputTokens: number
}

/** The stored recording, for the player. */
export interface StoredMedia {
  readonly path: string
  readonly mediaType: string
  readonly sizeBytes: number
  /** For the download's name; any characters. */
  readonly fileName: string
}

export interface ExportedFile {
  readonly fileName: string
  readonly mediaType: string
  readonly body: Uint8Array
}

export interface Transcriptions {
  /**
   * Tells what could not be done with these options, before the recording is sent.
   * Errors: `invalid-request`, `unsupported-capability`, and why a chosen model cannot be asked.
   */
  checkOptions(options: TranscriptionOptions, signal?: AbortSignal): Promise<void>
  /**
   * Takes a recording in: looks at the content, stores it, and queues the work, all or nothing.
   * Errors: `media-*` (nothing is left behind), `too-large`, `invalid-request` (options), `disk-full`.
   */
  create(input: CreateTranscriptionInput): Promise<Transcription>
  /** The transcription that was made of an upload, or null. */
  findByUpload(userId: string, uploadId: string): Promise<Transcription | null>
  list(
    userId: string,
    query: ListQuery,
  ): Promise<{ items: TranscriptionSummary[]; nextCursor: string | null; total: number }>
  get(userId: string, id: string): Promise<Transcription>
  /** Names given to speakers are merged with those there are; an empty name takes one away. */
  update(
    userId: string,
    id: string,
    change: { readonly title?: string | undefined; readonly speakers?: Readonly<Record<string, string>> | undefined },
  ): Promise<Transcription>
  /** Ends running work, then deletes the media and every text. */
  remove(userId: string, id: string): Promise<void>
  /** A page of segments after the given index (−1 is the start). */
  segments(
    userId: string,
    id: string,
    page: { readonly after: number; readonly limit: number },
  ): Promise<{ items: Segment[]; nextAfter: number | null; revision: number }>
  /** `conflict` when `revision` is not the newest. What was recognized is kept beside the edit; the raw text follows. */
  editSegments(
    userId: string,
    id: string,
    edit: { readonly revision: number; readonly changes: readonly SegmentChange[] },
  ): Promise<{ revision: number; items: Segment[] }>
  /** `conflict` when `revision` is not the newest; `invalid-request` for the raw text, which is edited by its segments. */
  editText(
    userId: string,
    id: string,
    textId: string,
    edit: { readonly revision: number; readonly content: string },
  ): Promise<TranscriptionText>
  /** Deletes one version; one that is being made is stopped first. The newest raw text can't be deleted (`conflict`). */
  removeText(userId: string, id: string, textId: string): Promise<void>
  /** Text steps add a version beside the earlier ones; the others work anew. `conflict` while the same work is under way. */
  runStep(userId: string, id: string, step: StepName, overrides: StepOverrides): Promise<Transcription>
  /**
   * Begins another version of a kind, beside those that there are; answers with it as it begins. `conflict` while the same
   * is being made, `unsupported-capability` for what the built-in rules can't do, and whatever speaks against the model.
   */
  makeText(userId: string, id: string, input: MakeTextInput): Promise<TranscriptionText>
  /** What `makeText` would do and take. Refuses what it would refuse; asks no model. */
  planText(userId: string, id: string, input: MakeTextInput): Promise<ExpectedText>
  /** Stops what is running or waiting, in whichever process; what is done stays. Nothing to stop is no error. */
  cancel(userId: string, id: string): Promise<Transcription>
  /** Goes on at the first step that is not done. `conflict` while work is under way. */
  retry(userId: string, id: string): Promise<Transcription>
  media(userId: string, id: string): Promise<StoredMedia>
  /** `text` is a kind, meaning its newest finished version, or the id of one text; `locale` is that of headings. */
  export(
    userId: string,
    id: string,
    wanted: { text: string; format: ExportFormat; locale?: 'en' | 'tr' | undefined },
  ): Promise<ExportedFile>
  /**
   * What happens to one recording, or to all of the user's; first the state as it is (for all: those not finished).
   * Ends when the signal is aborted. A slow reader loses no facts: later events of one kind replace earlier ones.
   */
  events(
    userId: string,
    options: { readonly transcriptionId?: string | undefined; readonly signal: AbortSignal },
  ): AsyncIterable<TranscriptionEvent>
}
