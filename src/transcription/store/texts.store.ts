/** Versions of texts, and the answered parts of those that take several requests. */
import type { Insertable, Selectable, Updateable } from 'kysely'
import type { TranscriptionTextRow } from '../../db/tables/transcriptions.ts'
import type { TextKind, TranscriptionText } from '../types.ts'
import { toText } from '../views.ts'
import { storable, toJson } from './stored-text.ts'
import type { Executor } from './transcriptions.store.ts'

export type StoredText = Selectable<TranscriptionTextRow>

/** A version that is begun: no content, nobody has made it yet. */
export const newText = (of: {
  id: string
  transcriptionId: string
  kind: TextKind
  options: Record<string, unknown>
  now: Date
}): Insertable<TranscriptionTextRow> => ({
  id: of.id,
  transcription_id: of.transcriptionId,
  kind: of.kind,
  status: 'running',
  content: '',
  original_content: null,
  complete: false,
  missing: '[]',
  provider: null,
  model: null,
  original_model: null,
  fallback_used: false,
  notes: '[]',
  warnings: '[]',
  plan: null,
  decision: null,
  timed: null,
  attempts: '[]',
  options: toJson(of.options),
  duration_ms: null,
  cost_microcents: null,
  charge: null,
  error: null,
  revision: 1,
  edited: false,
  job_id: null,
  lease: null,
  created_at: of.now,
})

export const insertText = async (db: Executor, row: Insertable<TranscriptionTextRow>): Promise<void> => {
  await db.insertInto('transcription_texts').values(row).execute()
}

export const listTexts = async (db: Executor, transcriptionId: string): Promise<TranscriptionText[]> => {
  const rows = await db
    .selectFrom('transcription_texts')
    .selectAll()
    .where('transcription_id', '=', transcriptionId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .execute()
  return rows.map(toText)
}

export const findText = (db: Executor, transcriptionId: string, textId: string): Promise<StoredText | undefined> =>
  db
    .selectFrom('transcription_texts')
    .selectAll()
    .where('id', '=', textId)
    .where('transcription_id', '=', transcriptionId)
    .executeTakeFirst()

export const updateText = async (
  db: Executor,
  textId: string,
  change: Updateable<TranscriptionTextRow>,
): Promise<void> => {
  await db.updateTable('transcription_texts').set(change).where('id', '=', textId).execute()
}

/** Writes only while the worker still makes this text; false when it was stopped, deleted or taken over. */
export const updateLeasedText = async (
  db: Executor,
  textId: string,
  lease: string,
  change: Updateable<TranscriptionTextRow>,
): Promise<boolean> => {
  const result = await db
    .updateTable('transcription_texts')
    .set(change)
    .where('id', '=', textId)
    .where('lease', '=', lease)
    .where('status', '=', 'running')
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Takes the making of a text, also from a worker that died with it. False when there is nothing to be made any more. */
export const takeTextLease = async (db: Executor, textId: string, lease: string): Promise<boolean> => {
  const result = await db
    .updateTable('transcription_texts')
    .set({ lease })
    .where('id', '=', textId)
    .where('status', '=', 'running')
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** The newest version of a kind in one of the states. */
export const newestText = (
  db: Executor,
  transcriptionId: string,
  kind: TextKind,
  statuses: readonly string[] = ['done'],
): Promise<StoredText | undefined> =>
  db
    .selectFrom('transcription_texts')
    .selectAll()
    .where('transcription_id', '=', transcriptionId)
    .where('kind', '=', kind)
    .where('status', 'in', [...statuses])
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst()

/** Everything of a recording that is being made, as stopped. What was answered so far stays for another try. */
export const stopTexts = async (db: Executor, transcriptionId: string, error: string): Promise<void> => {
  await db
    .updateTable('transcription_texts')
    .set({ status: 'failed', error, lease: null, job_id: null })
    .where('transcription_id', '=', transcriptionId)
    .where('status', '=', 'running')
    .execute()
}

export const deleteText = async (db: Executor, textId: string): Promise<void> => {
  await db.deleteFrom('transcription_texts').where('id', '=', textId).execute()
}

export interface TextPart {
  readonly path: string
  readonly question: string
  readonly content: string
  readonly facts: unknown
}

export const findPart = (db: Executor, textId: string, path: string): Promise<TextPart | undefined> =>
  db
    .selectFrom('transcription_text_parts')
    .select(['path', 'question', 'content', 'facts'])
    .where('text_id', '=', textId)
    .where('path', '=', path)
    .executeTakeFirst()

export const storePart = async (db: Executor, textId: string, part: TextPart, now: Date): Promise<void> => {
  const values = {
    question: part.question,
    content: storable(part.content),
    facts: toJson(part.facts),
    created_at: now,
  }
  await db
    .insertInto('transcription_text_parts')
    .values({ text_id: textId, path: part.path, ...values })
    .onConflict((conflict) => conflict.columns(['text_id', 'path']).doUpdateSet(values))
    .execute()
}
