/** Rows of recordings. Every read for a person is filtered by the user here, not by callers. */
import { sql, type Insertable, type Kysely, type Updateable } from 'kysely'
import type { TranscriptionRow } from '../../db/tables/transcriptions.ts'
import type { Database } from '../../db/types.ts'
import type { ListedTranscription, StoredTranscription } from '../views.ts'

/** The database or a transaction on it. */
export type Executor = Kysely<Database>

/** Where a waiting recording stands, as far as anybody can say: high priority first, then by time of queueing. */
const queuePosition = sql<number | null>`
  case when t.status = 'queued' then (
    select count(*)::int from transcriptions as q
    where q.status = 'queued'
      and ((q.priority = 'high')::int, t.queued_at) > ((t.priority = 'high')::int, q.queued_at)
  ) end`

const failedSteps = sql<string[]>`
  array(
    select s.name from transcription_steps as s
    where s.transcription_id = t.id and s.status = 'failed' order by s.position
  )`

const listedColumns = [
  'id',
  'user_id',
  'upload_id',
  'title',
  'title_key',
  'file_name',
  'size_bytes',
  'duration_second',
  'has_video',
  'container',
  'audio_codec',
  'channels',
  'sample_rate',
  'media_type',
  'options',
  'priority',
  'status',
  'run',
  'job_id',
  'lease',
  'generation',
  'next_generation',
  'language',
  'language_probability',
  'engine',
  'speech_model',
  'coverage',
  'warnings',
  'speakers',
  'error',
  'progress',
  'excerpt',
  'revision',
  'created_at',
  'queued_at',
  'updated_at',
  'completed_at',
] as const
const storedColumns = [...listedColumns, 'segmentation'] as const

export const listed = (db: Executor) =>
  db
    .selectFrom('transcriptions as t')
    .select(listedColumns.map((column) => `t.${column}` as const))
    .select([queuePosition.as('queue_position'), failedSteps.as('failed_steps')])

export const insertTranscription = async (db: Executor, row: Insertable<TranscriptionRow>): Promise<void> => {
  await db.insertInto('transcriptions').values(row).execute()
}

export const findOwned = (db: Executor, userId: string, id: string): Promise<ListedTranscription | undefined> =>
  listed(db).where('t.id', '=', id).where('t.user_id', '=', userId).executeTakeFirst()

export const findByUpload = (
  db: Executor,
  userId: string,
  uploadId: string,
): Promise<ListedTranscription | undefined> =>
  listed(db).where('t.upload_id', '=', uploadId).where('t.user_id', '=', userId).executeTakeFirst()

/** Those that are not finished, oldest first. */
export const findOpen = (db: Executor, userId: string): Promise<ListedTranscription[]> =>
  listed(db)
    .where('t.user_id', '=', userId)
    .where('t.status', 'in', ['queued', 'running'])
    .orderBy('t.created_at')
    .orderBy('t.id')
    .limit(500)
    .execute()

/** For workers, which act for whoever owns the row. */
export const findById = (db: Executor, id: string): Promise<StoredTranscription | undefined> =>
  db.selectFrom('transcriptions').select(storedColumns).where('id', '=', id).executeTakeFirst()

/** Which of its recognitions holds. */
export const findGeneration = (db: Executor, id: string): Promise<{ generation: number } | undefined> =>
  db.selectFrom('transcriptions').select('generation').where('id', '=', id).executeTakeFirst()

/** As `findOwned`, and no other transaction changes the row until this one ends. */
export const lockOwned = (db: Executor, userId: string, id: string): Promise<StoredTranscription | undefined> =>
  db
    .selectFrom('transcriptions')
    .select(storedColumns)
    .where('id', '=', id)
    .where('user_id', '=', userId)
    .forUpdate()
    .executeTakeFirst()

/** For workers: no other transaction changes the row until this one ends. False when it is gone. */
export const lockById = async (db: Executor, id: string): Promise<boolean> =>
  (await db.selectFrom('transcriptions').select('id').where('id', '=', id).forUpdate().executeTakeFirst()) !== undefined

export const updateTranscription = async (
  db: Executor,
  id: string,
  change: Updateable<TranscriptionRow>,
): Promise<void> => {
  await db.updateTable('transcriptions').set(change).where('id', '=', id).execute()
}

/** What was read of it before is no longer what it is. */
export const nextRevision = async (db: Executor, id: string): Promise<void> => {
  await db
    .updateTable('transcriptions')
    .set((row) => ({ revision: row('revision', '+', 1) }))
    .where('id', '=', id)
    .execute()
}

/** Writes only while the worker still has the work; false when it was cancelled, deleted or given to another worker. */
export const updateLeased = async (
  db: Executor,
  id: string,
  lease: string,
  change: Updateable<TranscriptionRow>,
): Promise<boolean> => {
  const result = await db
    .updateTable('transcriptions')
    .set(change)
    .where('id', '=', id)
    .where('lease', '=', lease)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Takes the work of a run, also from a worker that died with it. False when the run is over or was replaced. */
export const takeLease = async (
  db: Executor,
  id: string,
  { run, lease, now }: { run: number; lease: string; now: Date },
): Promise<boolean> => {
  const result = await db
    .updateTable('transcriptions')
    .set({ lease, status: 'running', updated_at: now })
    .where('id', '=', id)
    .where('run', '=', run)
    .where('status', 'in', ['queued', 'running'])
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export const deleteTranscription = async (db: Executor, id: string): Promise<void> => {
  await db.deleteFrom('transcriptions').where('id', '=', id).execute()
}

/** Which of the ids exist: what has a folder and no row is an orphan. */
export const existingIds = async (db: Executor, ids: readonly string[]): Promise<Set<string>> => {
  if (ids.length === 0) return new Set()
  const rows = await db
    .selectFrom('transcriptions')
    .select('id')
    .where(sql<boolean>`id = any(${sql.val([...ids])}::uuid[])`)
    .execute()
  return new Set(rows.map((row) => row.id))
}

export const setSearchWords = async (db: Executor, id: string, words: readonly string[]): Promise<void> => {
  await db
    .updateTable('transcriptions')
    .set({ search: sql<string>`array_to_tsvector(${sql.val([...words])}::text[])` })
    .where('id', '=', id)
    .execute()
}
