/** What a reader of the text should know about how it came to be. */
import { sql } from 'kysely'
import type { Warning } from '../types.ts'
import { toJson } from './stored-text.ts'
import type { Executor } from './transcriptions.store.ts'

export const addWarnings = async (db: Executor, id: string, warnings: readonly Warning[]): Promise<void> => {
  if (warnings.length === 0) return
  await sql`update transcriptions set warnings = warnings || ${toJson(warnings)}::jsonb where id = ${id}`.execute(db)
}

export const withoutWarnings = async (db: Executor, id: string, codes: readonly string[]): Promise<void> => {
  await sql`
    update transcriptions set warnings = coalesce(
      (select jsonb_agg(w) from jsonb_array_elements(warnings) as w where not (w ->> 'code' = any(${sql.val([...codes])}))),
      '[]'
    ) where id = ${id}
  `.execute(db)
}
