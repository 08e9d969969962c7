/** What the catalog's sync knows of each model and keeps of its work: sources, removals, proposals, runs, held lists, alerts. */
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const migration: Migration = {
  async up(db) {
    await sql`
      alter table models
        add column removed_at timestamptz,
        add column removal_cause text
          check (removal_cause in ('seed', 'not-listed', 'retired', 'unconfirmed', 'errors', 'admin')),
        add column confirmed_by text check (confirmed_by in ('probe', 'traffic')),
        add column confirmed_at timestamptz,
        add column listed_at timestamptz,
        add column sources jsonb not null default '{}',
        add column proposal text,
        add column proposed_at timestamptz,
        add column deleted_at timestamptz`.execute(db)
    await sql`
      create table model_changes (
        id uuid primary key,
        provider text not null,
        key text not null,
        actor_kind text not null check (actor_kind in ('sync', 'admin', 'provider')),
        actor_id text,
        actor_name text not null,
        action text not null,
        changes jsonb not null,
        created_at timestamptz not null
      )`.execute(db)
    await sql`create index model_change_of_model on model_changes (provider, key, created_at desc)`.execute(db)
    await sql`
      create table model_sync_runs (
        id uuid primary key,
        trigger text not null check (trigger in ('admin', 'command', 'schedule')),
        started_by text,
        providers text[],
        probe boolean not null,
        state text not null check (state in ('waiting', 'running', 'done', 'failed')),
        results jsonb not null,
        dead_targets jsonb not null,
        error text,
        created_at timestamptz not null,
        ended_at timestamptz
      )`.execute(db)
    await sql`create index model_sync_run_newest on model_sync_runs (created_at desc)`.execute(db)
    await sql`
      create table held_model_lists (
        id uuid primary key,
        provider text not null,
        cause text not null check (cause in ('empty', 'malformed', 'shrunk')),
        message text not null,
        listed jsonb not null,
        diff jsonb not null,
        state text not null check (state in ('open', 'applied', 'dismissed', 'superseded')),
        decided_by text,
        decided_at timestamptz,
        created_at timestamptz not null
      )`.execute(db)
    await sql`create unique index held_model_list_open on held_model_lists (provider) where state = 'open'`.execute(db)
    await sql`
      create table alerts (
        id uuid primary key,
        kind text not null,
        provider text not null,
        model text,
        message text not null,
        details jsonb not null,
        created_at timestamptz not null,
        resolved_at timestamptz
      )`.execute(db)
    // One open alert for one trouble, however often it is noticed.
    await sql`
      create unique index alert_open on alerts (kind, provider, coalesce(model, '')) where resolved_at is null
    `.execute(db)
  },
}
