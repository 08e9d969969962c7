/** Which models are used most, how they answered over the period, and which do best. */
import { SegmentedControl, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { UsageRow } from '../../../../src/http/contract/usage.ts'
import { AvailabilityStrip } from '../../../components/charts/availability-strip.tsx'
import { usageByQuery } from '../admin-queries.ts'
import { Section } from '../../../components/section.tsx'
import { WideTable } from '../../../components/wide-table.tsx'
import { formatTook } from '../../../format.ts'
import { formatCompact, formatDollars, formatShare } from '../format-admin.ts'
import { ErrorRate } from '../models/model-badges.tsx'
import type { Period } from '../period-picker.tsx'
import { QueryView } from '../query-view.tsx'
import classes from './health.module.css'

/** Popularity, the fewest errors, the quickest, the dearest. */
const orders = {
  popular: { sort: 'attempts', descending: 'true' },
  reliable: { sort: 'errorRate', descending: 'false' },
  unreliable: { sort: 'errorRate', descending: 'true' },
  fast: { sort: 'p50Ms', descending: 'false' },
  dear: { sort: 'cost', descending: 'true' },
} as const
type Order = keyof typeof orders

interface RowProps {
  row: UsageRow
  rank: number
  from: string
  to: string
}

const Row = ({ row, rank, from, to }: RowProps): ReactElement => {
  const { i18n } = useTranslation()
  const locale = i18n.language
  const ref = `${row.provider}/${row.model}`
  return (
    <Table.Tr>
      <Table.Td>{rank}</Table.Td>
      <Table.Td miw={190}>
        <Link to={`/admin/ai-models?model=${encodeURIComponent(ref)}`} className={classes.plainLink ?? ''}>
          <Text size="sm" fw={550}>
            {row.displayName}
          </Text>
        </Link>
        <Text size="xs" c="dimmed">
          {row.provider}
        </Text>
      </Table.Td>
      <Table.Td miw={110}>
        {formatCompact(row.attempts, locale)} · {formatShare(row.share, locale)}
        <span className={classes.bar} style={{ width: `${Math.max(1, row.share * 100)}%` }} aria-hidden />
      </Table.Td>
      <Table.Td miw={200}>
        <AvailabilityStrip label={row.displayName} cells={row.strip} from={from} to={to} />
      </Table.Td>
      <Table.Td>
        <ErrorRate share={row.errorRate} />
      </Table.Td>
      <Table.Td>{row.p50Ms === null ? '–' : formatTook(row.p50Ms, locale)}</Table.Td>
      <Table.Td>{row.p95Ms === null ? '–' : formatTook(row.p95Ms, locale)}</Table.Td>
      <Table.Td>{formatCompact(row.inputTokens + row.outputTokens, locale)}</Table.Td>
      <Table.Td>{formatDollars(row.costUsd, locale)}</Table.Td>
    </Table.Tr>
  )
}

export const ModelRanking = ({ period }: { period: Period }): ReactElement => {
  const { t } = useTranslation()
  const [order, setOrder] = useState<Order>('popular')
  const usage = useQuery(usageByQuery('model', { period, ...orders[order], limit: 15 }))
  return (
    <Section
      title={t('admin.ranking.title')}
      description={t('admin.ranking.hint')}
      actions={
        <SegmentedControl
          size="xs"
          aria-label={t('admin.ranking.order')}
          value={order}
          onChange={setOrder}
          data={(Object.keys(orders) as Order[]).map((value) => ({ value, label: t(`admin.ranking.by.${value}`) }))}
          style={{ flexWrap: 'wrap' }}
        />
      }
    >
      <QueryView query={usage}>
        {({ items, from, to }) =>
          items.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t('admin.ranking.none')}
            </Text>
          ) : (
            <WideTable
              minWidth={980}
              verticalSpacing={6}
              columns={[
                t('admin.ranking.rank'),
                t('admin.models.column.displayName'),
                t('admin.ranking.share'),
                t('admin.models.column.availability'),
                t('admin.figure.errorRate'),
                t('admin.figure.p50'),
                t('admin.figure.p95'),
                t('admin.figure.tokens'),
                t('admin.figure.cost'),
              ]}
            >
              {items.map((row, index) => (
                <Row key={`${row.provider}/${row.model}`} row={row} rank={index + 1} from={from} to={to} />
              ))}
            </WideTable>
          )
        }
      </QueryView>
    </Section>
  )
}
