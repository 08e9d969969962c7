/** The uploads table: whose bytes lie in the upload directory and what became of them. */
import { sql, type Kysely, type Selectable } from 'kysely'
import type { UploadRow, UploadTables } from '../../db/tables/uploads.ts'

export type Upload = Selectable<UploadRow>

export interface NewUpload {
  readonly id: string
  readonly ownerId: string
  readonly fileName: string
  readonly mediaType: string | null
  readonly sizeBytes: number | null
  readonly options: object
  readonly createdAt: Date
  readonly expiresAt: Date
}

export type UploadsStore = ReturnType<typeof createUploadsStore>

export const createUploadsStore = (db: Kysely<UploadTables>) => ({
  async insert(upload: NewUpload): Promise<void> {
    await db
      .insertInto('uploads')
      .values({
        id: upload.id,
        owner_id: upload.ownerId,
        file_name: upload.fileName,
        media_type: upload.mediaType,
        size_bytes: upload.sizeBytes,
        options: JSON.stringify(upload.options),
        state: 'uploading',
        transcription_id: null,
        error: null,
        created_at: upload.createdAt,
        expires_at: upload.expiresAt,
        finished_at: null,
      })
      .execute()
  },

  /** Somebody else's upload is as good as none. */
  findOwned: (ownerId: string, id: string): Promise<Upload | undefined> =>
    db.selectFrom('uploads').selectAll().where('id', '=', id).where('owner_id', '=', ownerId).executeTakeFirst(),

  async countUnfinished(ownerId: string): Promise<number> {
    const { count } = await db
      .selectFrom('uploads')
      .select((row) => row.fn.countAll<number>().as('count'))
      .where('owner_id', '=', ownerId)
      .where('state', '=', 'uploading')
      .executeTakeFirstOrThrow()
    return count
  },

  async setSize(id: string, sizeBytes: number): Promise<void> {
    await db.updateTable('uploads').set({ size_bytes: sizeBytes }).where('id', '=', id).execute()
  },

  /** Whether the turn to finish this upload is ours now, until the given time; false while another process has it. */
  async takeTurn(id: string, now: Date, until: Date): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('uploads')
      .set({ finishing_until: until })
      .where('id', '=', id)
      .where((row) => row.or([row('finishing_until', 'is', null), row('finishing_until', '<=', now)]))
      .executeTakeFirst()
    return numUpdatedRows > 0n
  },

  /** Keeps the turn for longer, or with null gives it back. */
  async keepTurn(id: string, until: Date | null): Promise<void> {
    await db.updateTable('uploads').set({ finishing_until: until }).where('id', '=', id).execute()
  },

  /** False when the upload was dropped meanwhile. */
  async complete(id: string, transcriptionId: string, now: Date): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('uploads')
      .set({ state: 'completed', transcription_id: transcriptionId, error: null, finished_at: now })
      .where('id', '=', id)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  },

  async reject(id: string, error: NonNullable<Upload['error']>, now: Date): Promise<void> {
    await db
      .updateTable('uploads')
      .set({ state: 'rejected', error: JSON.stringify(error), finished_at: now })
      .where('id', '=', id)
      .execute()
  },

  async remove(id: string): Promise<void> {
    await db.deleteFrom('uploads').where('id', '=', id).execute()
  },

  findExpired: (now: Date, limit: number): Promise<{ id: string }[]> =>
    db.selectFrom('uploads').select('id').where('expires_at', '<', now).limit(limit).execute(),

  /** Which of these still have a row. */
  async known(ids: readonly string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set()
    const rows = await db
      .selectFrom('uploads')
      .select('id')
      .where(sql<boolean>`id = any(${sql.val([...ids])}::text[])`)
      .execute()
    return new Set(rows.map((row) => row.id))
  },
})
