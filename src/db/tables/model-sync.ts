/** What the sync of the catalog keeps beside the models themselves. */
import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { KeptStatement } from '../../statements/statement.ts'

type Time = ColumnType<Date, Date | string, Date | string>
type OptionalTime = ColumnType<Date | null, Date | string | null, Date | string | null>

export interface ModelChangeRow {
  id: string
  provider: string
  key: string
  actor_kind: 'sync' | 'admin' | 'provider' | 'watch'
  actor_id: string | null
  actor_name: string
  action: string
  changes: JSONColumnType<unknown[]>
  created_at: Time
}

export interface ModelSyncRunRow {
  id: string
  trigger: 'admin' | 'command' | 'schedule'
  started_by: string | null
  /** Null: all that can be asked. */
  providers: string[] | null
  probe: boolean
  state: 'waiting' | 'running' | 'done' | 'failed'
  results: JSONColumnType<unknown[]>
  dead_targets: JSONColumnType<unknown[]>
  /** Name of whoever wanted it to ask no more models; null for nobody. */
  stopped_by: ColumnType<string | null, string | null | undefined, string | null>
  error: string | null
  created_at: Time
  ended_at: OptionalTime
}

export interface HeldModelListRow {
  id: string
  provider: string
  cause: 'empty' | 'malformed' | 'shrunk'
  message: string
  statement: OptionalStatement
  /** The list as it was read. */
  listed: JSONColumnType<unknown[]>
  /** What it would have changed when it was held. */
  diff: JSONColumnType<object>
  state: 'open' | 'applied' | 'dismissed' | 'superseded'
  decided_by: string | null
  decided_at: OptionalTime
  created_at: Time
}

/** Written as text, left out for none. */
export type OptionalStatement = ColumnType<KeptStatement | null, string | null | undefined, string | null>

export interface AlertRow {
  id: string
  kind: string
  provider: string
  model: string | null
  message: string
  details: JSONColumnType<Record<string, unknown>>
  created_at: Time
  resolved_at: OptionalTime
  severity: Generated<'info' | 'warning' | 'critical'>
  /** Null for one that was never seen again after it was raised. */
  last_seen_at: OptionalTime
  resolved_by: string | null
  /** Why nobody was told. */
  suppressed: string | null
  /** Of the message; null in rows of before. */
  statement: OptionalStatement
  suppressed_statement: OptionalStatement
  opened_notification_id: string | null
  resolved_notification_id: string | null
}

export interface UnreadListRow {
  provider: string
  at: Time
  /** Null: the list is held for an administrator. */
  error_code: string | null
  message: string
}

export interface ModelSyncTables {
  model_changes: ModelChangeRow
  model_sync_runs: ModelSyncRunRow
  held_model_lists: HeldModelListRow
  unread_lists: UnreadListRow
  alerts: AlertRow
}
