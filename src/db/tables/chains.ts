/** Fallback chains, and why each request went where it went. JSON shapes belong to `src/models/chains/`. */
import type { ColumnType } from 'kysely'

type Json = ColumnType<unknown, string, string>
type Timestamp = ColumnType<Date, Date, Date>

export interface FallbackChainRow {
  id: string
  /** Null: the chain of the house. */
  user_id: string | null
  operation: string
  models: Json
  last_resort: boolean
  updated_at: Timestamp
}

export interface RoutingDecisionRow {
  id: string
  request_id: string
  created_at: Timestamp
  operation: string | null
  user_id: string | null
  transcription_id: string | null
  text_id: string | null
  asked: string
  chain: string
  targets: Json
  skipped: Json
  provider: string | null
  model: string | null
  fallback_used: boolean
  error_code: string | null
}

export interface ChainTables {
  fallback_chains: FallbackChainRow
  routing_decisions: RoutingDecisionRow
}
