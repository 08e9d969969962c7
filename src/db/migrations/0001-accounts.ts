/** People, sessions, invitations, audit log, counted attempts. */
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const migration: Migration = {
  async up(db) {
    await sql`
      create table users (
        id uuid primary key,
        name text not null,
        email text not null unique check (email = lower(email)),
        email_verified boolean not null default false,
        image text,
        role text not null default 'user' check (role in ('user', 'admin')),
        preferences jsonb not null default '{}',
        created_at timestamptz not null,
        updated_at timestamptz not null
      )`.execute(db)
    await sql`
      create table sessions (
        id uuid primary key,
        user_id uuid not null references users (id) on delete cascade,
        token text not null unique,
        expires_at timestamptz not null,
        ip_address text,
        user_agent text,
        created_at timestamptz not null,
        updated_at timestamptz not null
      )`.execute(db)
    await sql`create index sessions_user_id on sessions (user_id)`.execute(db)
    await sql`create index sessions_expires_at on sessions (expires_at)`.execute(db)
    await sql`
      create table credential_accounts (
        id uuid primary key,
        user_id uuid not null references users (id) on delete cascade,
        account_id text not null,
        provider_id text not null,
        password text,
        access_token text,
        refresh_token text,
        id_token text,
        access_token_expires_at timestamptz,
        refresh_token_expires_at timestamptz,
        scope text,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        unique (provider_id, account_id)
      )`.execute(db)
    await sql`create index credential_accounts_user_id on credential_accounts (user_id)`.execute(db)
    await sql`
      create table verifications (
        id uuid primary key,
        identifier text not null,
        value text not null,
        expires_at timestamptz not null,
        created_at timestamptz not null,
        updated_at timestamptz not null
      )`.execute(db)
    await sql`create index verifications_identifier on verifications (identifier)`.execute(db)
    await sql`
      create table invitations (
        id uuid primary key,
        email text not null,
        role text not null check (role in ('user', 'admin')),
        token_hash text not null unique,
        invited_by uuid references users (id) on delete set null,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        accepted_at timestamptz,
        accepted_by uuid references users (id) on delete set null
      )`.execute(db)
    await sql`
      create table audit_log (
        id uuid primary key,
        actor_id uuid references users (id) on delete set null,
        actor_email text not null,
        action text not null,
        subject text not null,
        details jsonb not null,
        request_id text,
        ip_address text,
        created_at timestamptz not null
      )`.execute(db)
    await sql`create index audit_log_created_at on audit_log (created_at)`.execute(db)
    await sql`
      create table rate_windows (
        key text primary key,
        count integer not null,
        ends_at timestamptz not null
      )`.execute(db)
    await sql`create index rate_windows_ends_at on rate_windows (ends_at)`.execute(db)
  },
}
