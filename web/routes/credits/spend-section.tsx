/** What credits went to: by day as a chart, by model and operation as a table, with the real cost beside them. */
import { Group, SegmentedControl, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo, useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { CreditSpend } from '../../../src/http/contract/credits.ts'
import { formatCost, formatNumber } from '../../format.ts'
import { useProviderNames } from '../../provider-names.ts'
import { creditSpendQuery, type Span } from './credit-queries.ts'
import classes from './credits.module.css'
import { operationName } from './operation-name.ts'
import { Read } from './read.tsx'

// Charts are heavy, and the rest of the page can be read before them.
const SpendChart = lazy(async () => ({ default: (await import('./spend-chart.tsx')).SpendChart }))

const periods = { week: 7, month: 30, quarter: 90, year: 365 } as const
type Period = keyof typeof periods
const dayMs = 86_400_000

/** From the beginning of a day on, so that the first one is whole. */
export const spanOf = (days: number, nowMs: number): Span => ({
  from: new Date(Math.floor(nowMs / dayMs) * dayMs - (days - 1) * dayMs).toISOString(),
})

const Cost = ({ share }: { share: CreditSpend['total'] }): ReactElement => {
  const { t, i18n } = useTranslation()
  const known = share.requests > share.costUnknown
  return (
    <>
      {known && formatCost(share.costMicrocents, i18n.language)}
      {share.costUnknown > 0 && (
        <Text size="xs" c="dimmed">
          {t('credits.unknownRequests', { count: share.costUnknown })}
        </Text>
      )}
    </>
  )
}

const ByModel = ({ spend }: { spend: CreditSpend }): ReactElement => {
  const { t, i18n } = useTranslation()
  const providers = useProviderNames()
  const show = (value: number): string => formatNumber(value, i18n.language, 2)
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table fz="sm" verticalSpacing={7} data-spend-table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('credits.model')}</Table.Th>
            <Table.Th visibleFrom="sm">{t('credits.operation')}</Table.Th>
            <Table.Th ta="end">{t('credits.title')}</Table.Th>
            <Table.Th ta="end">{t('credits.requests')}</Table.Th>
            <Table.Th ta="end">{t('credits.cost')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody className="tabular">
          {spend.byModel.map((share) => (
            <Table.Tr key={`${share.provider}/${share.model} ${share.operation}`}>
              <Table.Td style={{ overflowWrap: 'anywhere', minWidth: 140 }}>
                {providers.of(share.provider)} · {share.model}
                {/* On a phone the amount has its place. */}
                <Text hiddenFrom="sm" size="xs" c="dimmed">
                  {operationName(t, share.operation)}
                </Text>
              </Table.Td>
              <Table.Td visibleFrom="sm">{operationName(t, share.operation)}</Table.Td>
              <Table.Td ta="end" data-spent>
                {show(share.credits)}
              </Table.Td>
              <Table.Td ta="end">{formatNumber(share.requests, i18n.language, 0)}</Table.Td>
              <Table.Td ta="end">
                <Cost share={share} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot className="tabular">
          <Table.Tr>
            <Table.Th>{t('credits.total')}</Table.Th>
            <Table.Td visibleFrom="sm" />
            <Table.Th ta="end">{show(spend.total.credits)}</Table.Th>
            <Table.Th ta="end">{formatNumber(spend.total.requests, i18n.language, 0)}</Table.Th>
            <Table.Th ta="end">
              <Cost share={spend.total} />
            </Table.Th>
          </Table.Tr>
        </Table.Tfoot>
      </Table>
    </Table.ScrollContainer>
  )
}

interface SpendSectionProps {
  title: string
  ofAll?: boolean
}

export const SpendSection = ({ title, ofAll = false }: SpendSectionProps): ReactElement => {
  const { t } = useTranslation()
  const [period, setPeriod] = useState<Period>('month')
  const [openedAtMs] = useState(() => Date.now())
  const span = useMemo(() => spanOf(periods[period], openedAtMs), [period, openedAtMs])
  const spend = useQuery(creditSpendQuery(ofAll, span))
  return (
    <section className={`card ${classes.section ?? ''}`} aria-label={title}>
      <Group justify="space-between" mb="md" gap="sm">
        <Title order={2}>{title}</Title>
        <SegmentedControl
          size="xs"
          aria-label={t('credits.period')}
          value={period}
          onChange={(value) => setPeriod(value)}
          data={(Object.keys(periods) as Period[]).map((value) => ({ value, label: t(`credits.periods.${value}`) }))}
        />
      </Group>
      <Read query={spend}>
        {(data) =>
          data.byModel.length === 0 ? (
            <Text size="sm" c="dimmed" ta="center" py="xl">
              {t('credits.nothingSpent')}
            </Text>
          ) : (
            <Stack gap="lg">
              <Suspense fallback={<div style={{ height: 260 }} />}>
                <SpendChart spend={data} />
              </Suspense>
              <ByModel spend={data} />
            </Stack>
          )
        }
      </Read>
    </section>
  )
}
