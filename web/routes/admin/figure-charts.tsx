/** The four curves that are looked at most, of all calls or of one model. */
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { UsageFigures } from '../../../src/http/contract/usage.ts'
import { TimeChart, type Grain } from '../../components/charts/time-chart.tsx'
import classes from '../../components/charts/charts.module.css'
import { alertRulesQuery } from './admin-queries.ts'
import { formatTook } from '../../format.ts'
import { formatCompact, formatDollars, formatShare } from './format-admin.ts'

/** From which error rate on an alert is raised, as the rule stands now. */
const useAlertLevel = (): number | undefined => {
  const rules = useQuery(alertRulesQuery)
  const rule = rules.data?.items.find(({ kind }) => kind === 'model-error-rate')
  return rule?.enabled === true ? (rule.threshold ?? undefined) : undefined
}

interface FigureChartsProps {
  series: readonly (UsageFigures & { at: string })[]
  grain: Grain
}

export const FigureCharts = ({ series, grain }: FigureChartsProps): ReactElement => {
  const { t, i18n } = useTranslation()
  const locale = i18n.language
  const level = useAlertLevel()
  const points = (read: (figures: UsageFigures) => Record<string, number | null>) =>
    series.map((point) => ({ at: point.at, values: read(point) }))
  return (
    <div className={classes.grid}>
      <TimeChart
        title={t('admin.chart.errorRate')}
        description={t('admin.chart.errorRateHint')}
        points={points(({ errorRate }) => ({ errorRate }))}
        series={[{ name: 'errorRate', label: t('admin.chart.errorRate'), color: 'rose.6' }]}
        {...(level !== undefined && { level: { value: level, label: t('admin.chart.alertLevel') } })}
        grain={grain}
        format={(value) => formatShare(value, locale)}
      />
      <TimeChart
        title={t('admin.chart.responseTime')}
        description={t('admin.chart.responseTimeHint')}
        points={points(({ p50Ms, p95Ms }) => ({ p50Ms, p95Ms }))}
        series={[
          { name: 'p50Ms', label: t('admin.chart.p50'), color: 'pine.6' },
          { name: 'p95Ms', label: t('admin.chart.p95'), color: 'amber.5', dashed: true },
        ]}
        grain={grain}
        format={(value) => formatTook(value, locale)}
      />
      <TimeChart
        title={t('admin.chart.tokens')}
        kind="bars"
        points={points(({ inputTokens, outputTokens }) => ({ inputTokens, outputTokens }))}
        series={[
          { name: 'inputTokens', label: t('admin.chart.inputTokens'), color: 'pine.6' },
          { name: 'outputTokens', label: t('admin.chart.outputTokens'), color: 'amber.4' },
        ]}
        grain={grain}
        format={(value) => formatCompact(value, locale)}
      />
      <TimeChart
        title={t('admin.chart.cost')}
        kind="bars"
        points={points(({ costUsd }) => ({ costUsd }))}
        series={[{ name: 'costUsd', label: t('admin.chart.cost'), color: 'pine.5' }]}
        grain={grain}
        format={(value) => formatDollars(value, locale)}
      />
    </div>
  )
}
