/** How far our count of tokens is off per model. */
import type { ColumnType } from 'kysely'

export interface TokenCalibrationRow {
  /** `provider/key`, with the means of counting where it is a tokenizer. */
  model: string
  count: number
  mean: number
  spread: number
  updated_at: ColumnType<Date, Date, Date>
}

export interface TokenCalibrationTables {
  token_calibrations: TokenCalibrationRow
}
