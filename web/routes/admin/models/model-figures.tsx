/** What was measured of one model in a period: numbers, curves, and the way to its errors. */
import { Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { AvailabilityStrip } from '../../../components/charts/availability-strip.tsx'
import { usageByQuery, usageQuery } from '../admin-queries.ts'
import { FigureCharts } from '../figure-charts.tsx'
import { formatTook } from '../../../format.ts'
import { formatCompact, formatDollars, formatShare } from '../format-admin.ts'
import { PeriodPicker, type Period } from '../period-picker.tsx'
import { QueryView } from '../query-view.tsx'
import { Tiles } from '../tiles.tsx'
import type { ModelRow } from './model-row.ts'

const Strip = ({ row, period }: { row: ModelRow; period: Period }): ReactElement => {
  const query = useQuery(usageByQuery('model', { period, provider: row.provider, model: row.key, limit: 5 }))
  return (
    <QueryView query={query} lines={1}>
      {({ items, from, to }) => (
        <AvailabilityStrip label={row.displayName} cells={items.flatMap(({ strip }) => strip)} from={from} to={to} />
      )}
    </QueryView>
  )
}

export const ModelFigures = ({ row }: { row: ModelRow }): ReactElement => {
  const { t, i18n } = useTranslation()
  const locale = i18n.language
  const [period, setPeriod] = useState<Period>('7d')
  const usage = useQuery(usageQuery({ period, provider: row.provider, model: row.key }))
  const time = (ms: number | null): string => (ms === null ? '–' : formatTook(ms, locale))
  const errors = new URLSearchParams({ period, provider: row.provider, model: row.key })
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <PeriodPicker value={period} onChange={setPeriod} />
        <Button component={Link} to={`/admin/errors?${errors.toString()}`} size="xs" variant="default">
          {t('admin.models.toErrors')}
        </Button>
      </Group>
      <Strip row={row} period={period} />
      <QueryView query={usage}>
        {({ totals, series, grain }) => (
          <>
            <Tiles
              tiles={[
                { label: t('admin.figure.requests'), value: formatCompact(totals.attempts, locale) },
                {
                  label: t('admin.figure.errorRate'),
                  value: totals.errorRate === null ? '–' : formatShare(totals.errorRate, locale),
                },
                { label: t('admin.figure.p50'), value: time(totals.p50Ms) },
                { label: t('admin.figure.p95'), value: time(totals.p95Ms) },
                { label: t('admin.figure.cost'), value: formatDollars(totals.costUsd, locale) },
              ]}
            />
            {totals.unpriced > 0 && (
              <Text size="sm" c="dimmed">
                {t('admin.figure.unpriced', { count: totals.unpriced })}
              </Text>
            )}
            <FigureCharts series={series} grain={grain} />
          </>
        )}
      </QueryView>
    </Stack>
  )
}
