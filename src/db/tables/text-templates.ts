/** Prompts that users keep for texts. */
import type { ColumnType } from 'kysely'

type Timestamp = ColumnType<Date, Date, Date>

export interface TextTemplateRow {
  id: string
  user_id: string
  name: string
  kind: string
  prompt: string
  created_at: Timestamp
  updated_at: Timestamp
}

export interface TextTemplateTables {
  text_templates: TextTemplateRow
}
