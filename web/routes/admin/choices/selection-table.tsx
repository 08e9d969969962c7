/** Whom `auto:best`, `auto:fastest` and `auto:cheapest` would ask now, in order, and why. */
import { Badge, Group, List, SegmentedControl, Select, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import { modelOperations } from '../../../../src/http/contract/model-admin.ts'
import { selectionPreferences, type getSelection } from '../../../../src/http/contract/rollouts.ts'
import { WideTable } from '../../../components/wide-table.tsx'
import { formatNumber, formatTook } from '../../../format.ts'
import { selectionQuery } from '../admin-queries.ts'
import { formatCompact, formatShare } from '../format-admin.ts'
import { QueryView } from '../query-view.tsx'

type Preference = (typeof selectionPreferences)[number]
type Operation = (typeof modelOperations)[number]

type Selection = z.output<typeof getSelection.response>

const Ranked = ({ one }: { one: Selection['items'][number] }): ReactElement => {
  const { t, i18n } = useTranslation()
  const locale = i18n.language
  return (
    <Table.Tr data-rank={one.rank}>
      <Table.Td>{one.rank}</Table.Td>
      <Table.Td>
        <Text size="sm" fw={550}>
          {one.displayName}
        </Text>
        <Text size="xs" c="dimmed">
          {one.provider}
        </Text>
      </Table.Td>
      <Table.Td>
        {formatCompact(one.requests, locale)} {!one.proven && <Badge color="gray">{t('admin.choices.unproven')}</Badge>}
      </Table.Td>
      <Table.Td>
        {one.errorRate === null ? '–' : formatShare(one.errorRate, locale)}
        <Text size="xs" c="dimmed">
          {t('admin.choices.atWorst', { value: formatShare(one.errorRateUpperBound, locale) })}
        </Text>
      </Table.Td>
      <Table.Td>{one.p50Ms === null ? '–' : formatTook(one.p50Ms, locale)}</Table.Td>
      <Table.Td>{formatNumber(one.creditMultiplier, locale, 3)}×</Table.Td>
      <Table.Td miw={260}>{one.explanation}</Table.Td>
    </Table.Tr>
  )
}

const Ranking = ({ items }: Pick<Selection, 'items'>): ReactElement => {
  const { t } = useTranslation()
  if (items.length === 0) return <Text size="sm">{t('admin.choices.nobodyNow')}</Text>
  return (
    <div className="card">
      <WideTable
        minWidth={820}
        columns={[
          t('admin.ranking.rank'),
          t('admin.errors.model'),
          t('admin.figure.requests'),
          t('admin.figure.errorRate'),
          t('admin.figure.p50'),
          t('admin.models.column.creditMultiplier'),
          t('admin.choices.why'),
        ]}
      >
        {items.map((one) => (
          <Ranked key={`${one.provider}/${one.model}`} one={one} />
        ))}
      </WideTable>
    </div>
  )
}

const LeftOut = ({ leftOut }: Pick<Selection, 'leftOut'>): ReactElement => {
  const { t } = useTranslation()
  return (
    <details style={{ marginTop: 14 }}>
      <summary style={{ cursor: 'pointer' }}>{t('admin.choices.cannotBeAsked', { count: leftOut.length })}</summary>
      <List size="sm" mt="xs">
        {leftOut.map((one) => (
          <List.Item key={`${one.provider}/${one.model}`}>
            <code>
              {one.provider}/{one.model}
            </code>{' '}
            {one.reason}
          </List.Item>
        ))}
      </List>
    </details>
  )
}

export const SelectionTable = (): ReactElement => {
  const { t } = useTranslation()
  const [preference, setPreference] = useState<Preference>('best')
  const [operation, setOperation] = useState<Operation>('chat')
  const selection = useQuery(selectionQuery({ preference, operation }))
  return (
    <>
      <Group gap="sm" mb="md">
        <SegmentedControl
          aria-label={t('admin.choices.preference')}
          value={preference}
          onChange={setPreference}
          data={selectionPreferences.map((value) => ({ value, label: t(`model.auto-${value}.label`) }))}
        />
        <Select
          aria-label={t('admin.errors.operation')}
          data={modelOperations.map((value) => ({ value, label: t(`admin.models.operation.${value}`) }))}
          value={operation}
          onChange={(value) => value !== null && setOperation(value)}
          allowDeselect={false}
        />
      </Group>
      <QueryView query={selection} lines={6}>
        {({ items, leftOut, windowHours, explorationPercent }) => (
          <>
            <Text size="sm" c="dimmed" mb="sm">
              {t('admin.choices.window', { hours: windowHours, percent: explorationPercent })}
            </Text>
            <Ranking items={items} />
            {leftOut.length > 0 && <LeftOut leftOut={leftOut} />}
          </>
        )}
      </QueryView>
    </>
  )
}
