/** Rows of the database as the shapes that the domain hands out. */
import type { Selectable } from 'kysely'
import type {
  TranscriptionRow,
  TranscriptionSegmentRow,
  TranscriptionStepRow,
  TranscriptionTextRow,
} from '../db/tables/transcriptions.ts'
import { readReason } from '../reasons.ts'
import { toAttempts, toDecision, toError, toNotes, toWarnings } from './said-as-data.ts'
import type {
  Coverage,
  Progress,
  Segment,
  Step,
  StepName,
  StepStatus,
  TextKind,
  TextStatus,
  Transcription,
  TranscriptionOptions,
  TranscriptionStatus,
  TranscriptionSummary,
  TranscriptionText,
  Word,
} from './types.ts'

/** Without the words of the search index, which nobody reads and which can be long. */
export type StoredTranscription = Omit<Selectable<TranscriptionRow>, 'search'>
/** What a list shows of a row, and beside it; without the windows, which can be thousands. */
export type ListedTranscription = Omit<StoredTranscription, 'segmentation'> & {
  readonly queue_position: number | null
  readonly failed_steps: string[]
}

const iso = (moment: Date | null): string | null => moment?.toISOString() ?? null

export const toSegment = (row: Selectable<TranscriptionSegmentRow>): Segment => ({
  index: row.index,
  startSecond: row.start_second,
  endSecond: row.end_second,
  text: row.text,
  ...(row.original_text !== null && { originalText: row.original_text }),
  speaker: row.speaker,
  words: row.words as Word[],
})

export const toStep = (row: Selectable<TranscriptionStepRow>): Step => ({
  name: row.name as StepName,
  status: row.status as StepStatus,
  startedAt: iso(row.started_at),
  finishedAt: iso(row.finished_at),
  attempts: row.attempts,
  error: toError(row.error),
})

export const toText = (row: Selectable<TranscriptionTextRow>): TranscriptionText => ({
  id: row.id,
  kind: row.kind as TextKind,
  status: row.status as TextStatus,
  content: row.content,
  // The raw text is its segments, and they hold their own.
  ...(row.kind !== 'raw' && row.edited && row.original_content !== null && { originalContent: row.original_content }),
  complete: row.complete,
  missing: row.missing as string[],
  missingBecause: (row.missing as string[]).map(readReason),
  provider: row.provider,
  model: row.model,
  originalModel: row.original_model,
  fallbackUsed: row.fallback_used,
  notes: toNotes(row.notes),
  warnings: toWarnings(row.warnings),
  plan: row.plan as TranscriptionText['plan'],
  decision: toDecision(row.decision),
  attempts: toAttempts(row.attempts),
  options: row.options as Record<string, unknown>,
  durationMs: row.duration_ms,
  costMicrocents: row.cost_microcents,
  charge: row.charge as TranscriptionText['charge'],
  error: toError(row.error),
  revision: row.revision,
  edited: row.edited,
  createdAt: row.created_at.toISOString(),
})

const waiting = (row: ListedTranscription): Progress => ({
  step: null,
  doneSecond: 0,
  totalSecond: row.duration_second,
  speed: null,
  etaSecond: null,
  queuePosition: row.queue_position,
})

const toProgress = (row: ListedTranscription): Progress | null => {
  if (row.status === 'queued') return waiting(row)
  return row.status === 'running' ? (row.progress as Progress | null) : null
}

export const toSummary = (row: ListedTranscription): TranscriptionSummary => ({
  id: row.id,
  title: row.title,
  fileName: row.file_name,
  sizeBytes: row.size_bytes,
  durationSecond: row.duration_second,
  hasVideo: row.has_video,
  status: row.status as TranscriptionStatus,
  language: row.language,
  excerpt: row.excerpt,
  progress: toProgress(row),
  error: toError(row.error),
  failedSteps: row.failed_steps as StepName[],
  createdAt: row.created_at.toISOString(),
  completedAt: iso(row.completed_at),
})

export const toTranscription = (
  row: ListedTranscription,
  steps: readonly Step[],
  texts: readonly TranscriptionText[],
): Transcription => ({
  ...toSummary(row),
  options: row.options as TranscriptionOptions,
  languageProbability: row.language_probability,
  engine: row.engine,
  speechModel: row.speech_model,
  media: {
    container: row.container,
    audioCodec: row.audio_codec,
    channels: row.channels,
    sampleRate: row.sample_rate,
    mediaType: row.media_type,
  },
  coverage: row.coverage as Coverage | null,
  warnings: toWarnings(row.warnings),
  speakers: row.speakers as Record<string, string>,
  steps: [...steps],
  texts: [...texts],
  revision: row.revision,
})
