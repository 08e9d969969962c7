import { inEnglish } from '../../statements/say.ts'
import type { Statement } from '../../statements/statement.ts'

/** A statement as an alert keeps it, with its English sentence. */
export const told = (statement: Statement): { readonly message: string; readonly statement: Statement } => ({
  message: inEnglish(statement),
  statement,
})
