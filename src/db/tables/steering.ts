/** Timetable, alerts and their deliveries, switched-off models, reports, rollouts. JSON is written as text and read as values. */
import type { ColumnType } from 'kysely'
import type { OptionalStatement } from './model-sync.ts'

type Time = ColumnType<Date, Date | string, Date | string>
type OptionalTime = ColumnType<Date | null, Date | string | null, Date | string | null>
type Json = ColumnType<unknown, string, string>
type NullableJson = ColumnType<unknown, string | null, string | null>
type Texts = ColumnType<string[], readonly string[], readonly string[]>

export interface ScheduleRow {
  name: string
  cron: string
  time_zone: string
  paused: boolean
  next_run_at: Time
  changed_at: OptionalTime
  changed_by: string | null
}

export interface ScheduleRunRow {
  id: string
  schedule: string
  trigger: 'schedule' | 'admin'
  started_by: string | null
  /** The moment that the timetable names. */
  due_at: Time
  state: 'waiting' | 'running' | 'done' | 'failed' | 'skipped'
  started_at: OptionalTime
  ended_at: OptionalTime
  summary: string | null
  result: NullableJson
  error: string | null
  /** Of the summary. */
  statement: OptionalStatement
  error_code: ColumnType<string | null, string | null | undefined, string | null>
  created_at: Time
}

export interface AlertRuleRow {
  kind: string
  enabled: boolean
  severity: 'info' | 'warning' | 'critical'
  threshold: number | null
  window_minutes: number | null
  minimum_samples: number | null
  cool_down_minutes: number
  recovery: 'propose' | 'enable' | null
  changed_at: OptionalTime
  changed_by: string | null
}

export interface AlertChannelRow {
  id: string
  kind: 'email' | 'slack' | 'webhook'
  name: string
  enabled: boolean
  recipients: Texts
  /** Encrypted: the address of a Slack channel is itself a secret. */
  sealed_url: string | null
  masked_url: string | null
  sealed_secret: string | null
  subscriptions: Texts
  minimum_severity: 'info' | 'warning' | 'critical'
  locale: 'en' | 'tr'
  created_at: Time
  updated_at: Time
}

export interface NotificationRow {
  id: string
  kind: 'alerts' | 'report' | 'test'
  content: Json
  created_at: Time
}

export interface NotificationDeliveryRow {
  id: string
  notification_id: string
  /** Null once the channel is removed. */
  channel_id: string | null
  channel_name: string
  state: 'waiting' | 'sending' | 'sent' | 'failed'
  attempts: number
  error: string | null
  created_at: Time
  sent_at: OptionalTime
}

export interface GatewaySignalRow {
  process_id: string
  kind: string
  provider: string
  /** Model or credential. */
  subject: string
  message: string
  since: Time
  seen_at: Time
}

export interface ModelDisablementRow {
  id: string
  provider: string
  key: string
  state: 'disabled' | 'proposed' | 'given-up' | 'enabled'
  evidence: Json
  probes: Json
  next_probe_at: OptionalTime
  disabled_at: Time
  ended_at: OptionalTime
  ended_by: string | null
}

export interface WeeklyReportRow {
  id: string
  from_at: Time
  to_at: Time
  headline: string
  statement: OptionalStatement
  body: Json
  notification_id: string | null
  created_at: Time
}

export interface RolloutRow {
  id: string
  name: string
  /** `provider/key`. */
  control: string
  candidate: string
  plan: Json
  status: 'running' | 'stopped' | 'rolled-back' | 'completed'
  stage: number
  percent: number
  reason: string
  /** Of the reason; null for an administrator's own words. */
  statement: OptionalStatement
  comparisons: Json
  stage_started_at: Time
  created_at: Time
  created_by: string
  ended_at: OptionalTime
  /** Grows with each change; a change made on old knowledge is refused. */
  version: number
}

export interface RolloutDecisionRow {
  id: string
  rollout_id: string
  action: string
  decided_by: string
  from_percent: number
  to_percent: number
  reason: string
  statement: OptionalStatement
  comparisons: Json
  created_at: Time
}

export interface RolloutMeasurementRow {
  rollout_id: string
  arm: 'control' | 'candidate'
  stage: number
  hour: Time
  requests: number
  failures: number
  /** Answered requests with a time. */
  timed: number
  log_ms_sum: number
  log_ms_squares: number
  /** Answered requests whose cost is known. */
  priced: number
  log_cost_sum: number
  log_cost_squares: number
  cost_microcents: number
  /** Count by bucket of the response time; see `latency-histogram.ts`. */
  latency_histogram: Json
}

export interface SteeringTables {
  schedules: ScheduleRow
  schedule_runs: ScheduleRunRow
  alert_rules: AlertRuleRow
  alert_channels: AlertChannelRow
  notifications: NotificationRow
  notification_deliveries: NotificationDeliveryRow
  gateway_signals: GatewaySignalRow
  model_disablements: ModelDisablementRow
  weekly_reports: WeeklyReportRow
  rollouts: RolloutRow
  rollout_decisions: RolloutDecisionRow
  rollout_measurements: RolloutMeasurementRow
}
