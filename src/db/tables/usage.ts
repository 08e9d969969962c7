/** Calls to models: raw attempts, failures with their causes, rollups. The first two are partitioned by day. */
import type { ColumnType, Generated } from 'kysely'

type Time = ColumnType<Date, Date | string, Date | string>

export interface AttemptTableRow {
  id: string
  /** When it ended. */
  at: Time
  provider: string
  model: string
  /** What it was for: the caller's word, or the kind. */
  operation: string
  kind: 'chat' | 'embed' | 'transcribe' | 'image'
  outcome: 'answered' | 'failed' | 'cancelled' | 'skipped'
  error_code: string | null
  blame: 'caller' | 'provider' | 'us' | null
  status: number | null
  credential_id: string | null
  credential: string | null
  user_id: string | null
  request_id: string
  transcription_id: string | null
  text_id: string | null
  duration_ms: number
  first_token_ms: number | null
  input_tokens: number | null
  cached_tokens: number | null
  output_tokens: number | null
  reasoning_tokens: number | null
  /** Null is unknown. */
  cost_microcents: number | null
  reason: string
}

export interface ErrorLogTableRow {
  id: string
  at: Time
  provider: string
  model: string
  operation: string
  code: string
  blame: 'caller' | 'provider' | 'us'
  message: string
  status: number | null
  credential: string | null
  duration_ms: number
  user_id: string | null
  request_id: string
  transcription_id: string | null
  cause: string
  payload_policy: 'off' | 'metadata' | 'full'
  payload: unknown
  words: Generated<unknown>
}

export interface ErrorCauseTableRow {
  cause: string
  provider: string
  code: string
  blame: 'caller' | 'provider' | 'us'
  status: number | null
  /** With what differs between failures taken out. */
  message: string
  first_at: Time
  last_at: Time
}

export interface ErrorHourTableRow {
  hour: Time
  cause: string
  model: string
  operation: string
  count: number
  first_at: Time
  last_at: Time
}

/** Sums that every rollup has. */
export interface UsageSums {
  attempts: number
  answered: number
  failed: number
  provider_failed: number
  cancelled: number
  skipped: number
  /** Of answered ones. */
  duration_sum_ms: number
  input_tokens: number
  cached_tokens: number
  output_tokens: number
  reasoning_tokens: number
  cost_microcents: number
  unpriced: number
}

export interface UsageRollupTableRow extends UsageSums {
  grain: 'minute' | 'hour' | 'day'
  /** What the row is told apart by; the other names are empty. `each` has all three. */
  level: 'all' | 'provider' | 'model' | 'operation' | 'each'
  start: Time
  provider: string
  model: string
  operation: string
  /** Sketches of answered attempts; see the migration. */
  durations: number[]
  first_tokens: number[]
}

export interface UsageUserTableRow extends UsageSums {
  day: Time
  user_id: string
  operation: string
}

export interface UsageTables {
  attempts: AttemptTableRow
  error_log: ErrorLogTableRow
  error_causes: ErrorCauseTableRow
  error_hours: ErrorHourTableRow
  usage_rollups: UsageRollupTableRow
  usage_users: UsageUserTableRow
  usage_batches: { id: string; size: number; written_at: Time }
  usage_recorders: {
    id: string
    started_at: Time
    seen_at: Time
    recorded: number
    dropped: number
    waiting: number
  }
}
