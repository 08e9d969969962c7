/** Recordings, the steps of their work, what was recognized, and the texts made of it. */
import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

const transcriptions = sql`
  create table transcriptions (
    id uuid primary key,
    user_id text not null,
    upload_id text,
    title text not null,
    title_key text not null,
    file_name text not null,
    size_bytes bigint not null,
    duration_second double precision,
    has_video boolean not null,
    container text,
    audio_codec text,
    channels integer,
    sample_rate integer,
    media_type text not null,
    options jsonb not null,
    priority text not null,
    status text not null,
    run integer not null,
    job_id text,
    lease uuid,
    generation integer not null,
    next_generation integer not null,
    language text,
    language_probability double precision,
    engine text,
    speech_model text,
    segmentation jsonb,
    coverage jsonb,
    warnings jsonb not null,
    speakers jsonb not null,
    error jsonb,
    progress jsonb,
    excerpt text not null,
    revision integer not null,
    search tsvector not null default ''::tsvector,
    created_at timestamptz not null,
    queued_at timestamptz,
    updated_at timestamptz not null,
    completed_at timestamptz
  )`

const steps = sql`
  create table transcription_steps (
    transcription_id uuid not null references transcriptions (id) on delete cascade,
    name text not null,
    position integer not null,
    status text not null,
    attempts integer not null,
    started_at timestamptz,
    finished_at timestamptz,
    error jsonb,
    primary key (transcription_id, name)
  )`

const pieces = sql`
  create table transcription_pieces (
    transcription_id uuid not null references transcriptions (id) on delete cascade,
    generation integer not null,
    index integer not null,
    start_second double precision not null,
    end_second double precision not null,
    windows jsonb not null,
    result jsonb,
    recognized_at timestamptz,
    recognition_count integer not null default 0,
    primary key (transcription_id, generation, index)
  )`

const segments = sql`
  create table transcription_segments (
    transcription_id uuid not null references transcriptions (id) on delete cascade,
    generation integer not null,
    index integer not null,
    piece_index integer not null,
    start_second double precision not null,
    end_second double precision not null,
    text text not null,
    original_text text,
    speaker text,
    words jsonb not null,
    primary key (transcription_id, generation, index)
  )`

const texts = sql`
  create table transcription_texts (
    id uuid primary key,
    transcription_id uuid not null references transcriptions (id) on delete cascade,
    kind text not null,
    status text not null,
    content text not null,
    original_content text,
    complete boolean not null,
    missing jsonb not null,
    provider text,
    model text,
    original_model text,
    fallback_used boolean not null,
    notes jsonb not null,
    attempts jsonb not null,
    options jsonb not null,
    duration_ms double precision,
    cost_microcents double precision,
    error jsonb,
    revision integer not null,
    edited boolean not null,
    job_id text,
    lease uuid,
    created_at timestamptz not null
  )`

const textParts = sql`
  create table transcription_text_parts (
    text_id uuid not null references transcription_texts (id) on delete cascade,
    path text not null,
    question text not null,
    content text not null,
    facts jsonb not null,
    created_at timestamptz not null,
    primary key (text_id, path)
  )`

/** Lists are per user and by time; the index on unfinished work answers "how many wait before me". */
const indexes = [
  sql`create unique index transcriptions_upload on transcriptions (user_id, upload_id) where upload_id is not null`,
  sql`create index transcriptions_by_time on transcriptions (user_id, created_at desc, id desc)`,
  sql`create index transcriptions_open on transcriptions (queued_at) where status in ('queued', 'running')`,
  sql`create index transcriptions_search on transcriptions using gin (search)`,
  sql`create index transcription_texts_of on transcription_texts (transcription_id, created_at desc)`,
]

export const migration: Migration = {
  async up(db: Kysely<unknown>) {
    for (const statement of [transcriptions, steps, pieces, segments, texts, textParts, ...indexes]) {
      await statement.execute(db)
    }
  },
}
