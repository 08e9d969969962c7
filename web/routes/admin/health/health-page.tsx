/** How the models do: now, over a period, and which of them give trouble. */
import { Button, Group, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconDownload } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Page } from '../../../components/page.tsx'
import { usageQuery } from '../admin-queries.ts'
import { FigureCharts } from '../figure-charts.tsx'
import { formatTook } from '../../../format.ts'
import { formatCompact, formatDollars, formatShare } from '../format-admin.ts'
import { PeriodPicker, usePeriod, type Period } from '../period-picker.tsx'
import { QueryView } from '../query-view.tsx'
import { Tiles, type Tile } from '../tiles.tsx'
import { FailedModels } from './failed-models.tsx'
import { LiveNumbers } from './live-numbers.tsx'
import { ModelRanking } from './model-ranking.tsx'
import { OpenTroubles } from './open-troubles.tsx'
import { ProviderStates } from './provider-states.tsx'

const ofPeriod = (period: Period, table: string): string => `/api/v1/admin/usage.csv?period=${period}&table=${table}`

const useChange = (): ((now: number | null, before: number | null) => string | undefined) => {
  const { t, i18n } = useTranslation()
  return (now, before) => {
    if (now === null || before === null || before === 0) return undefined
    const change = new Intl.NumberFormat(i18n.language, {
      style: 'percent',
      maximumFractionDigits: 0,
      signDisplay: 'exceptZero',
    }).format(now / before - 1)
    return t('admin.health.change', { change })
  }
}

const Figures = ({ period }: { period: Period }): ReactElement => {
  const { t, i18n } = useTranslation()
  const locale = i18n.language
  const change = useChange()
  const usage = useQuery(usageQuery({ period }))
  return (
    <QueryView query={usage} lines={6}>
      {({ totals, previous, series, grain, recorder }) => {
        const time = (ms: number | null): string => (ms === null ? '–' : formatTook(ms, locale))
        const tokens = totals.inputTokens + totals.outputTokens
        const tiles: Tile[] = [
          {
            label: t('admin.figure.requests'),
            value: formatCompact(totals.attempts, locale),
            hint: change(totals.attempts, previous.attempts),
          },
          {
            label: t('admin.figure.errorRate'),
            value: totals.errorRate === null ? '–' : formatShare(totals.errorRate, locale),
            hint:
              previous.errorRate === null
                ? undefined
                : t('admin.health.before', { value: formatShare(previous.errorRate, locale) }),
          },
          { label: t('admin.figure.p50'), value: time(totals.p50Ms), hint: change(totals.p50Ms, previous.p50Ms) },
          { label: t('admin.figure.p95'), value: time(totals.p95Ms), hint: change(totals.p95Ms, previous.p95Ms) },
          {
            label: t('admin.figure.tokens'),
            value: formatCompact(tokens, locale),
            hint: change(tokens, previous.inputTokens + previous.outputTokens),
          },
          {
            label: t('admin.figure.cost'),
            value: formatDollars(totals.costUsd, locale),
            hint: change(totals.costUsd, previous.costUsd),
          },
        ]
        return (
          <Stack gap="md" data-figures>
            <Tiles tiles={tiles} />
            {totals.unpriced > 0 && (
              <Text size="sm" c="dimmed">
                {t('admin.figure.unpriced', { count: totals.unpriced })}
              </Text>
            )}
            {recorder.dropped > 0 && (
              <Text size="sm" c="var(--mantine-color-error)" role="alert">
                {t('admin.health.dropped', { count: recorder.dropped })}
              </Text>
            )}
            <FigureCharts series={series} grain={grain} />
          </Stack>
        )
      }}
    </QueryView>
  )
}

export const HealthPage = (): ReactElement => {
  const { t } = useTranslation()
  const [period, setPeriod] = usePeriod('7d')
  return (
    <Page title={t('admin.nav.health')} description={t('admin.health.description')} width={1360}>
      <Stack gap="lg">
        <OpenTroubles />
        <LiveNumbers />
        <ProviderStates />
        <Group justify="space-between" gap="sm">
          <PeriodPicker value={period} onChange={setPeriod} />
          <Group gap="xs">
            {(['series', 'model'] as const).map((table) => (
              <Button
                key={table}
                component="a"
                href={ofPeriod(period, table)}
                download
                size="xs"
                variant="default"
                leftSection={<IconDownload size={15} aria-hidden />}
              >
                {t(`admin.health.csv.${table}`)}
              </Button>
            ))}
          </Group>
        </Group>
        <Figures period={period} />
        <ModelRanking period={period} />
        <FailedModels />
      </Stack>
    </Page>
  )
}
