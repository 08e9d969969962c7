/** Resumable uploads: who owns the bytes in the upload directory and what became of them. */
import type { ColumnType, JSONColumnType } from 'kysely'

export interface UploadRow {
  /** Also the file's name in the upload directory. */
  id: string
  owner_id: string
  file_name: string
  media_type: string | null
  /** Null while the sender has not said. */
  size_bytes: number | null
  /** What the pipeline is asked to do, as checked at the start of the upload. */
  options: JSONColumnType<Record<string, unknown>>
  /** `completed` and `rejected` are final. */
  state: 'uploading' | 'completed' | 'rejected'
  transcription_id: string | null
  /** Code, message and details of the failure, when rejected. */
  error: JSONColumnType<
    { code: string; message: string; details: Record<string, unknown> } | null,
    string | null,
    string | null
  >
  created_at: ColumnType<Date, Date | string, never>
  expires_at: ColumnType<Date, Date | string, Date | string>
  /** Past or null when no process is at it. */
  finishing_until: ColumnType<Date | null, never, Date | string | null>
  finished_at: ColumnType<Date | null, Date | string | null, Date | string | null>
}

export interface UploadTables {
  uploads: UploadRow
}
