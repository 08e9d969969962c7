/** How a model answered, cell by cell: all well, some failures, mostly failures, no calls. Forms tell it besides colours. */
import { Tooltip } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { errorRateBounds } from '../../../src/http/contract/error-rate.ts'
import { formatDateTime } from '../../format.ts'
import classes from './charts.module.css'

export interface StripCell {
  at: string
  answered: number
  providerFailed: number
}

interface AvailabilityStripProps {
  label: string
  cells: readonly StripCell[]
  /** The ends of what is shown. */
  from: string
  to: string
}

type State = 'good' | 'some' | 'bad' | 'none'

const stateOf = (answered: number, failed: number): State => {
  if (answered + failed === 0) return 'none'
  const share = failed / (answered + failed)
  if (share > errorRateBounds.down) return 'bad'
  return share > errorRateBounds.degraded ? 'some' : 'good'
}

const hourMs = 3_600_000
/** Up to here a cell is an hour, as the server tells it; above, a day. */
const longestHourlyMs = 49 * hourMs

/** The cells that had calls, laid into an even row over the whole period. */
const spread = (cells: readonly StripCell[], from: string, to: string) => {
  const start = Date.parse(from)
  const span = Date.parse(to) - start
  const step = span <= longestHourlyMs ? hourMs : 24 * hourMs
  const cellCount = Math.max(1, Math.ceil(span / step))
  const row = Array.from({ length: cellCount }, (_, index) => ({
    at: new Date(start + index * step).toISOString(),
    answered: 0,
    failed: 0,
  }))
  for (const cell of cells) {
    const place = row[Math.min(cellCount - 1, Math.max(0, Math.floor((Date.parse(cell.at) - start) / step)))]
    if (place === undefined) continue
    place.answered += cell.answered
    place.failed += cell.providerFailed
  }
  return row
}

export const AvailabilityStrip = ({ label, cells, from, to }: AvailabilityStripProps): ReactElement => {
  const { t, i18n } = useTranslation()
  const row = spread(cells, from, to)
  const answered = row.reduce((sum, cell) => sum + cell.answered, 0)
  const failed = row.reduce((sum, cell) => sum + cell.failed, 0)
  return (
    <div role="img" aria-label={t('admin.strip.label', { name: label, answered, failed })}>
      <ol className={classes.strip} aria-hidden="true">
        {row.map((cell) => {
          const state = stateOf(cell.answered, cell.failed)
          const time = formatDateTime(cell.at, i18n.language)
          const text =
            state === 'none'
              ? t('admin.strip.none', { time })
              : t('admin.strip.cell', { time, answered: cell.answered, failed: cell.failed })
          return (
            <Tooltip key={cell.at} label={text} openDelay={50}>
              <li data-state={state} />
            </Tooltip>
          )
        })}
      </ol>
    </div>
  )
}
