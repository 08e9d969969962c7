import { SegmentedControl } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { usagePeriods } from '../../../src/http/contract/usage.ts'

export type Period = (typeof usagePeriods)[number]

/** The chosen period stands in the address. */
export const usePeriod = (first: Period): [Period, (period: Period) => void] => {
  const [params, setParams] = useSearchParams()
  const period = usagePeriods.find((candidate) => candidate === params.get('period')) ?? first
  return [
    period,
    (next) =>
      setParams(
        (before) => {
          const changed = new URLSearchParams(before)
          changed.set('period', next)
          return changed
        },
        { replace: true },
      ),
  ]
}

interface PeriodPickerProps {
  value: Period
  onChange: (period: Period) => void
}

export const PeriodPicker = ({ value, onChange }: PeriodPickerProps): ReactElement => {
  const { t } = useTranslation()
  return (
    <SegmentedControl
      size="sm"
      aria-label={t('admin.period.label')}
      value={value}
      onChange={onChange}
      data={usagePeriods.map((period) => ({ value: period, label: t(`admin.period.${period}`) }))}
    />
  )
}
