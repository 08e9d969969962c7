/**
 * Tables of recordings and their texts. JSON columns are written as JSON text and read as values; their shapes belong to
 * `src/transcription/`, which is why they are `unknown` here.
 */
import type { ColumnType, Generated } from 'kysely'

type Json = ColumnType<unknown, string, string>
type OptionalJson = ColumnType<unknown, string | null | undefined, string | null>
type NullableJson = ColumnType<unknown, string | null, string | null>
type Timestamp = ColumnType<Date, Date, Date>
type NullableTimestamp = ColumnType<Date | null, Date | null, Date | null>

export interface TranscriptionRow {
  id: string
  user_id: string
  upload_id: string | null
  title: string
  /** The title without letter case and accents, for sorting. */
  title_key: string
  file_name: string
  size_bytes: number
  duration_second: number | null
  has_video: boolean
  container: string | null
  audio_codec: string | null
  channels: number | null
  sample_rate: number | null
  media_type: string
  options: Json
  priority: 'normal' | 'high'
  status: string
  /** Grows with everything that starts or stops the work; a job of an earlier run does nothing. */
  run: number
  /** The queue's job of this run. */
  job_id: string | null
  /** The worker that may write; a worker that finds another id here has lost the work and stops. */
  lease: string | null
  /** Which recognition the page shows. */
  generation: number
  /** Which recognition is worked on: a new one is stored under a new number and shown once it is whole. */
  next_generation: number
  language: string | null
  language_probability: number | null
  engine: string | null
  speech_model: string | null
  segmentation: NullableJson
  coverage: NullableJson
  warnings: Json
  speakers: Json
  error: NullableJson
  progress: NullableJson
  excerpt: string
  revision: number
  /** Words of title, file name and texts in their searchable form. */
  search: ColumnType<string, string | undefined, string>
  created_at: Timestamp
  queued_at: NullableTimestamp
  updated_at: Timestamp
  completed_at: NullableTimestamp
}

export interface TranscriptionStepRow {
  transcription_id: string
  name: string
  position: number
  status: string
  attempts: number
  started_at: NullableTimestamp
  finished_at: NullableTimestamp
  error: NullableJson
}

/** The durable unit of recognition: one window of the local engine, or one file sent to a provider. */
export interface TranscriptionPieceRow {
  transcription_id: string
  generation: number
  index: number
  start_second: number
  end_second: number
  /** The windows of speech in it. */
  windows: Json
  result: NullableJson
  recognized_at: NullableTimestamp
  /** How often a result was stored; more than 1 means that finished work was repeated. */
  recognition_count: Generated<number>
}

export interface TranscriptionSegmentRow {
  transcription_id: string
  generation: number
  index: number
  piece_index: number
  start_second: number
  end_second: number
  text: string
  /** What was recognized, while `text` differs from it. */
  original_text: string | null
  speaker: string | null
  words: Json
  /** Beside `original_text`; null for parts that were edited before it was kept. */
  original_words: OptionalJson
}

export interface TranscriptionTextRow {
  id: string
  transcription_id: string
  kind: string
  status: string
  content: string
  /** What was made, once `content` has been edited. */
  original_content: string | null
  complete: boolean
  missing: Json
  provider: string | null
  model: string | null
  original_model: string | null
  fallback_used: boolean
  notes: Json
  warnings: Json
  plan: NullableJson
  decision: NullableJson
  /** Pieces with times, where the text has its own: the subtitles of a translation. */
  timed: NullableJson
  attempts: Json
  options: Json
  duration_ms: number | null
  cost_microcents: number | null
  /** What was taken for it; null when nothing was. */
  charge: ColumnType<unknown, string | null | undefined, string | null>
  error: NullableJson
  revision: number
  edited: boolean
  /** The queue's job that makes it, when it is made alone. */
  job_id: string | null
  /** The worker that makes it, see `TranscriptionRow.lease`. */
  lease: string | null
  created_at: Timestamp
}

/** One answered request of a text that takes several; kept until the recording is deleted, so that none is paid twice. */
export interface TranscriptionTextPartRow {
  text_id: string
  /** Path in the plan, e.g. `0/3` for the fourth chunk of the first level, `0/3/1` for its second half. */
  path: string
  /** Digest of the request; a part whose question changed is asked again. */
  question: string
  content: string
  facts: Json
  created_at: Timestamp
}

export interface TranscriptionTables {
  transcriptions: TranscriptionRow
  transcription_steps: TranscriptionStepRow
  transcription_pieces: TranscriptionPieceRow
  transcription_segments: TranscriptionSegmentRow
  transcription_texts: TranscriptionTextRow
  transcription_text_parts: TranscriptionTextPartRow
}
