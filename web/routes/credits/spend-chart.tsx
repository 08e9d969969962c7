/** Credits by day, each operation its own layer; days without any stand as empty places. */
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { CreditSpend } from '../../../src/http/contract/credits.ts'
import { TimeChart } from '../../components/charts/time-chart.tsx'
import { formatNumber } from '../../format.ts'
import { operationName } from './operation-name.ts'

const colors = ['pine.6', 'amber.5', 'rose.5', 'gray.5', 'pine.3', 'amber.7']
const dayMs = 86_400_000

const daysOf = ({ from, to }: CreditSpend): string[] => {
  const days: string[] = []
  for (let at = Date.parse(from.slice(0, 10)); at < Date.parse(to); at += dayMs) {
    days.push(new Date(at).toISOString().slice(0, 10))
  }
  return days
}

export const SpendChart = ({ spend }: { spend: CreditSpend }): ReactElement => {
  const { t, i18n } = useTranslation()
  const operations = [...new Set(spend.byDay.map(({ operation }) => operation))]
  const byDay = Map.groupBy(spend.byDay, ({ day }) => day)
  const points = daysOf(spend).map((day) => ({
    at: `${day}T00:00:00.000Z`,
    values: Object.fromEntries(byDay.get(day)?.map(({ operation, credits }) => [operation, credits]) ?? []),
  }))
  const series = operations.map((operation, index) => ({
    name: operation,
    label: operationName(t, operation),
    color: colors[index % colors.length] ?? 'pine.6',
  }))
  return (
    <TimeChart
      title={t('credits.byDay')}
      points={points}
      series={series}
      grain="day"
      kind="bars"
      format={(value) => formatNumber(value, i18n.language, 2)}
    />
  )
}
