/** A measurement over time, one line or bar for each series; lines differ by dashes too, not by colour alone. */
import { BarChart, LineChart } from '@mantine/charts'
import '@mantine/charts/styles.layer.css'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { ChartCard } from './chart-card.tsx'
import classes from './charts.module.css'

export interface TimePoint {
  at: string
  /** By the series' name; null where nothing was measured. */
  values: Readonly<Record<string, number | null>>
}
export interface TimeSeries {
  name: string
  label: string
  color: string
  dashed?: boolean
}
export type Grain = 'minute' | 'hour' | 'day'

interface TimeChartProps {
  title: string
  description?: string
  points: readonly TimePoint[]
  series: readonly TimeSeries[]
  grain: Grain
  format: (value: number) => string
  kind?: 'line' | 'bars'
  /** A level to be seen beside the lines. */
  level?: { value: number; label: string }
  height?: number
}

const tickOptions: Record<Grain, Intl.DateTimeFormatOptions> = {
  minute: { hour: '2-digit', minute: '2-digit' },
  hour: { day: 'numeric', month: 'short', hour: '2-digit' },
  day: { day: 'numeric', month: 'short' },
}

const formatTime = (iso: string, grain: Grain, locale: string): string => {
  // Days are those of UTC: in the reader's own zone a day would begin within another.
  const zone = grain === 'day' ? { timeZone: 'UTC' } : {}
  return new Intl.DateTimeFormat(locale, { ...tickOptions[grain], ...zone }).format(new Date(iso))
}

const Legend = ({ series }: { series: readonly TimeSeries[] }): ReactElement => (
  <figcaption className={classes.legend}>
    {series.map(({ name, label, color, dashed }) => (
      <span key={name}>
        <i
          aria-hidden
          style={{
            borderTopColor: `var(--mantine-color-${color.replace('.', '-')})`,
            borderTopStyle: dashed === true ? 'dashed' : 'solid',
          }}
        />
        {label}
      </span>
    ))}
  </figcaption>
)

export const TimeChart = (props: TimeChartProps): ReactElement => {
  const { title, description, points, series, grain, format, kind = 'line', level, height = 220 } = props
  const { t, i18n } = useTranslation()
  const locale = i18n.language
  const data = points.map(({ at, values }) => ({ at: formatTime(at, grain, locale), ...values }))
  const nothing = points.every(({ values }) => series.every(({ name }) => values[name] == null))
  const show = (value: number | null | undefined): string => (value == null ? '–' : format(value))
  const frame = {
    h: height,
    data,
    dataKey: 'at',
    valueFormatter: format,
    tickLine: 'none' as const,
    withLegend: false,
    yAxisProps: { width: 64 },
    xAxisProps: { minTickGap: 28 },
    ...(level !== undefined && { referenceLines: [{ y: level.value, label: level.label, color: 'rose.6' }] }),
  }
  const lines = series.map(({ name, label, color, dashed }) => ({
    name,
    label,
    color,
    ...(dashed === true && { strokeDasharray: '6 4' }),
  }))
  return (
    <ChartCard
      title={title}
      {...(description !== undefined && { description })}
      empty={nothing ? t('admin.chart.nothing') : null}
      table={{
        header: [t('admin.chart.time'), ...series.map(({ label }) => label)],
        rows: points.map(({ at, values }) => [at, ...series.map(({ name }) => values[name])]),
        shown: points.map(({ at, values }) => [
          formatTime(at, grain, locale),
          ...series.map(({ name }) => show(values[name])),
        ]),
      }}
    >
      {kind === 'bars' ? (
        <BarChart {...frame} series={lines} type="stacked" barChartProps={{ accessibilityLayer: false }} />
      ) : (
        <LineChart
          {...frame}
          series={lines}
          curveType="linear"
          withDots={points.length < 40}
          dotProps={{ r: 2 }}
          connectNulls={false}
          lineProps={{ isAnimationActive: false }}
          lineChartProps={{ accessibilityLayer: false }}
        />
      )}
      <Legend series={series} />
    </ChartCard>
  )
}
