/** Figures as a file for spreadsheets. Pure. */
import { toCsvCell } from '../../lib/csv-cell.ts'
import type { UsageTableRow } from './usage-table.ts'
import type { SeriesPoint } from './usage.ts'

const FIGURES = [
  'attempts',
  'answered',
  'failed',
  'providerFailed',
  'cancelled',
  'skipped',
  'errorRate',
  'averageMs',
  'p50Ms',
  'p95Ms',
  'firstTokenP50Ms',
  'firstTokenP95Ms',
  'inputTokens',
  'cachedTokens',
  'outputTokens',
  'reasoningTokens',
  'costUsd',
  'unpriced',
] as const

const NAMES = ['at', 'displayName', 'provider', 'model', 'operation', 'userId'] as const

/** With a head line; columns that no row has are left out. RFC 4180. */
export const toUsageCsv = (rows: readonly (SeriesPoint | UsageTableRow)[]): string => {
  const cells = rows.map((row) => row as unknown as Readonly<Record<string, unknown>>)
  const names = NAMES.filter((name) => cells.some((row) => row[name] !== undefined && row[name] !== null))
  const columns = [...names, ...FIGURES]
  return [columns.join(','), ...cells.map((row) => columns.map((name) => toCsvCell(row[name])).join(',')), ''].join(
    '\r\n',
  )
}
