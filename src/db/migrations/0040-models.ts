/** The catalog of models, rules learned from providers, and the keys that we hold for them. */
import { sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const migration: Migration = {
  async up(db) {
    await sql`
      create table models (
        provider text not null,
        key text not null,
        display_name text not null,
        operations text[] not null,
        context_length integer check (context_length > 0),
        max_output_tokens integer check (max_output_tokens > 0),
        input_modalities text[] not null,
        output_modalities text[] not null,
        capabilities text[] not null,
        prices jsonb not null,
        credit_multiplier double precision not null check (credit_multiplier >= 0),
        active boolean not null,
        removal_reason text,
        retires_at text,
        aliases text[] not null,
        rules jsonb not null,
        source text not null,
        origin text not null check (origin in ('seed', 'list', 'admin')),
        availability text not null check (availability in ('available', 'unknown', 'not-found')),
        checked_at timestamptz,
        check_error text,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        primary key (provider, key)
      )`.execute(db)
    await sql`
      create table learned_rules (
        provider text not null,
        model text not null,
        field text not null,
        evidence text not null,
        learned_at timestamptz not null,
        primary key (provider, model, field)
      )`.execute(db)
    await sql`
      create table provider_credentials (
        id uuid primary key,
        provider text not null,
        name text not null,
        sealed_secret text not null,
        masked text not null,
        weight double precision not null check (weight >= 0),
        base_url text,
        enabled boolean not null,
        tested_at timestamptz,
        test_error text,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        unique (provider, name)
      )`.execute(db)
  },
}
