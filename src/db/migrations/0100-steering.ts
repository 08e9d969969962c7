/** Timetable and runs, alert rules, channels and deliveries, models that switched themselves off, reports, rollouts; before and after in the audit log. */
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

const statements = [
  // ── What is done by the calendar ──
  `create table schedules (
    name text primary key,
    cron text not null,
    time_zone text not null,
    paused boolean not null default false,
    next_run_at timestamptz not null,
    changed_at timestamptz,
    changed_by text
  )`,
  `create table schedule_runs (
    id uuid primary key,
    schedule text not null,
    trigger text not null check (trigger in ('schedule', 'admin')),
    started_by text,
    due_at timestamptz not null,
    state text not null check (state in ('waiting', 'running', 'done', 'failed', 'skipped')),
    started_at timestamptz,
    ended_at timestamptz,
    summary text,
    result jsonb,
    error text,
    created_at timestamptz not null
  )`,
  // However many processes look at the timetable, one occurrence is one run.
  `create unique index schedule_run_once on schedule_runs (schedule, due_at) where trigger = 'schedule'`,
  `create index schedule_run_newest on schedule_runs (schedule, created_at desc)`,

  // ── Alerts ──
  `alter table alerts
    add column severity text not null default 'warning' check (severity in ('info', 'warning', 'critical')),
    add column last_seen_at timestamptz,
    add column resolved_by text,
    add column suppressed text,
    add column opened_notification_id uuid,
    add column resolved_notification_id uuid`,
  `update alerts set last_seen_at = created_at`,
  `create index alert_newest on alerts (created_at desc)`,
  `create table alert_rules (
    kind text primary key,
    enabled boolean not null,
    severity text not null,
    threshold double precision,
    window_minutes integer,
    minimum_samples integer,
    cool_down_minutes integer not null,
    recovery text check (recovery in ('propose', 'enable')),
    changed_at timestamptz,
    changed_by text
  )`,
  `create table alert_channels (
    id uuid primary key,
    kind text not null check (kind in ('email', 'slack', 'webhook')),
    name text not null,
    enabled boolean not null,
    recipients text[] not null,
    sealed_url text,
    masked_url text,
    sealed_secret text,
    subscriptions text[] not null,
    minimum_severity text not null,
    locale text not null,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,
  // One message, to as many channels as want it.
  `create table notifications (
    id uuid primary key,
    kind text not null check (kind in ('alerts', 'report', 'test')),
    content jsonb not null,
    created_at timestamptz not null
  )`,
  `create table notification_deliveries (
    id uuid primary key,
    notification_id uuid not null references notifications (id) on delete cascade,
    channel_id uuid references alert_channels (id) on delete set null,
    channel_name text not null,
    state text not null check (state in ('waiting', 'sending', 'sent', 'failed')),
    attempts integer not null,
    error text,
    created_at timestamptz not null,
    sent_at timestamptz
  )`,
  `create unique index notification_delivery_once on notification_deliveries (notification_id, channel_id)`,
  `create index notification_delivery_of_channel on notification_deliveries (channel_id, created_at desc)`,

  // ── What each process sees of its gateway, for the rules ──
  `create table gateway_signals (
    process_id uuid not null,
    kind text not null,
    provider text not null,
    subject text not null,
    message text not null,
    since timestamptz not null,
    seen_at timestamptz not null,
    primary key (process_id, kind, provider, subject)
  )`,

  // ── Models that were switched off for their errors ──
  `alter table model_changes drop constraint model_changes_actor_kind_check`,
  `alter table model_changes add constraint model_changes_actor_kind_check
    check (actor_kind in ('sync', 'admin', 'provider', 'watch'))`,
  `create table model_disablements (
    id uuid primary key,
    provider text not null,
    key text not null,
    state text not null check (state in ('disabled', 'proposed', 'given-up', 'enabled')),
    evidence jsonb not null,
    probes jsonb not null,
    next_probe_at timestamptz,
    disabled_at timestamptz not null,
    ended_at timestamptz,
    ended_by text
  )`,
  `create unique index model_disablement_open on model_disablements (provider, key) where ended_at is null`,
  `create index model_disablement_newest on model_disablements (disabled_at desc)`,

  // ── Reports ──
  `create table weekly_reports (
    id uuid primary key,
    from_at timestamptz not null,
    to_at timestamptz not null,
    headline text not null,
    body jsonb not null,
    notification_id uuid,
    created_at timestamptz not null,
    unique (from_at, to_at)
  )`,

  // ── Rollouts ──
  `create table rollouts (
    id uuid primary key,
    name text not null,
    control text not null,
    candidate text not null,
    plan jsonb not null,
    status text not null check (status in ('running', 'stopped', 'rolled-back', 'completed')),
    stage integer not null,
    percent double precision not null,
    reason text not null,
    comparisons jsonb not null,
    stage_started_at timestamptz not null,
    created_at timestamptz not null,
    created_by text not null,
    ended_at timestamptz,
    version integer not null
  )`,
  // A model takes part in one live rollout at most, on either side; see also the check in the store.
  `create unique index rollout_live_control on rollouts (control) where status in ('running', 'stopped')`,
  `create unique index rollout_live_candidate on rollouts (candidate) where status in ('running', 'stopped')`,
  `create table rollout_decisions (
    id uuid primary key,
    rollout_id uuid not null references rollouts (id) on delete cascade,
    action text not null,
    decided_by text not null,
    from_percent double precision not null,
    to_percent double precision not null,
    reason text not null,
    comparisons jsonb not null,
    created_at timestamptz not null
  )`,
  `create index rollout_decision_of on rollout_decisions (rollout_id, created_at)`,
  // Sums that add up, so that several processes write into one row.
  `create table rollout_measurements (
    rollout_id uuid not null references rollouts (id) on delete cascade,
    arm text not null check (arm in ('control', 'candidate')),
    stage integer not null,
    hour timestamptz not null,
    requests bigint not null,
    failures bigint not null,
    timed bigint not null,
    log_ms_sum double precision not null,
    log_ms_squares double precision not null,
    priced bigint not null,
    log_cost_sum double precision not null,
    log_cost_squares double precision not null,
    cost_microcents double precision not null,
    latency_histogram jsonb not null,
    primary key (rollout_id, arm, stage, hour)
  )`,

  // ── Audit ──
  `alter table audit_log add column before jsonb, add column after jsonb`,
  `create index audit_log_action on audit_log (action, created_at desc)`,
]

export const migration: Migration = {
  async up(db) {
    for (const statement of statements) await sql.raw(statement).execute(db)
  },
}
