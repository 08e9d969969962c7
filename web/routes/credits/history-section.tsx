/** What happened to credits, newest first. */
import { Anchor, Badge, Table, Text, Title } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { CreditEntry } from '../../../src/http/contract/credits.ts'
import { ShowMore } from '../../components/show-more.tsx'
import { WideTable } from '../../components/wide-table.tsx'
import { formatCost, formatDateTime, formatNumber } from '../../format.ts'
import { useProviderNames } from '../../provider-names.ts'
import { creditEntriesQuery, type Whose } from './credit-queries.ts'
import classes from './credits.module.css'
import { EntryFilters, noWish, toFilters } from './entry-filters.tsx'
import { operationName } from './operation-name.ts'
import { Read } from './read.tsx'

const colors: Readonly<Record<CreditEntry['kind'], string>> = {
  grant: 'pine',
  hold: 'gray',
  capture: 'amber',
  release: 'gray',
  adjust: 'rose',
}

const signed = (value: number, locale: string): string => (value > 0 ? '+' : '') + formatNumber(value, locale, 2)

const Recording = ({ id, title }: { id: string; title: string | null }): ReactElement => {
  const { t } = useTranslation()
  return title === null ? (
    <Text size="xs" c="dimmed" fs="italic">
      {t('credits.deletedRecording')}
    </Text>
  ) : (
    <Anchor component={Link} size="xs" display="block" to={`/recordings/${id}`}>
      {title}
    </Anchor>
  )
}

const Row = ({ entry, own }: { entry: CreditEntry; own: boolean }): ReactElement => {
  const { t, i18n } = useTranslation()
  const providers = useProviderNames()
  const locale = i18n.language
  const isWelcome = entry.breakdown['origin'] === 'welcome'
  const written = entry.kind === 'grant' || entry.kind === 'adjust'
  return (
    <Table.Tr data-entry={entry.kind}>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        <time dateTime={entry.createdAt}>{formatDateTime(entry.createdAt, locale)}</time>
      </Table.Td>
      <Table.Td>
        <Badge color={colors[entry.kind]} miw="max-content">
          {t(`credits.kind.${entry.kind}`)}
        </Badge>
        {/* The column of amounts is out of sight on a phone until the table is moved. */}
        {entry.credits !== 0 && (
          <Text hiddenFrom="sm" size="sm" fw={550} mt={2} data-amount-beside>
            {signed(entry.credits, locale)}
          </Text>
        )}
      </Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere', minWidth: 180 }}>
        {isWelcome ? t('credits.welcome') : written ? entry.reason : operationName(t, entry.operation)}
        {entry.model !== null && (
          <Text size="xs" c="dimmed">
            {entry.provider === null ? '' : `${providers.of(entry.provider)} · `}
            {entry.model}
          </Text>
        )}
        {own && entry.transcriptionId !== null && (
          <Recording id={entry.transcriptionId} title={entry.transcriptionTitle} />
        )}
      </Table.Td>
      <Table.Td ta="end">{entry.credits === 0 ? '–' : signed(entry.credits, locale)}</Table.Td>
      <Table.Td ta="end" c="dimmed">
        {entry.held === 0 ? '–' : signed(entry.held, locale)}
      </Table.Td>
      <Table.Td ta="end">
        {entry.costUnknown
          ? t('credits.costUnknown')
          : entry.costMicrocents === null
            ? '–'
            : formatCost(entry.costMicrocents, locale)}
      </Table.Td>
    </Table.Tr>
  )
}

const Entries = ({ items, own }: { items: readonly CreditEntry[]; own: boolean }): ReactElement => {
  const { t } = useTranslation()
  return (
    <WideTable
      minWidth={720}
      columns={[
        t('credits.time'),
        t('credits.kindLabel'),
        t('credits.what'),
        { label: t('credits.title'), align: 'end' },
        { label: t('credits.heldColumn'), align: 'end' },
        { label: t('credits.cost'), align: 'end' },
      ]}
    >
      {items.map((entry) => (
        <Row key={entry.id} entry={entry} own={own} />
      ))}
    </WideTable>
  )
}

export const HistorySection = ({ whose, title }: { whose: Whose; title: string }): ReactElement => {
  const { t } = useTranslation()
  const [wish, setWish] = useState(noWish)
  const [settled] = useDebouncedValue(wish, 300)
  const filters = toFilters(settled)
  const entries = useInfiniteQuery(creditEntriesQuery(whose, filters))
  return (
    <section className={`card ${classes.section ?? ''}`} aria-label={title}>
      <Title order={2} mb="md">
        {title}
      </Title>
      <EntryFilters whose={whose} wish={wish} filters={toFilters(wish)} onChange={setWish} />
      <Read query={entries}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items)
          return items.length === 0 ? (
            <Text size="sm" c="dimmed" ta="center" py="xl">
              {Object.keys(filters).length === 0 ? t('credits.noEntries') : t('credits.noneFit')}
            </Text>
          ) : (
            <Entries items={items} own={whose === null} />
          )
        }}
      </Read>
      <ShowMore list={entries} />
    </section>
  )
}
