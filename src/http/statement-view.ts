import type { KeptStatement } from '../statements/statement.ts'
import type { StatementView } from './contract/statements.ts'

export const toStatement = (kept: KeptStatement | null): StatementView =>
  kept && { code: kept.code, parameters: { ...kept.parameters } }
