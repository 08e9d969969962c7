/** Failed calls: by cause with counts, and one by one with their request. */
import { Button, Group, Select, Tabs, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { IconChecks, IconFilterOff, IconSearch } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { AddressField } from '../../../components/address-field.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { Page } from '../../../components/page.tsx'
import { ProblemAlert } from '../../../components/problem-alert.tsx'
import { ShowMore } from '../../../components/show-more.tsx'
import { errorCausesQuery, errorsQuery, type ErrorFilters } from '../admin-queries.ts'
import { PeriodPicker, usePeriod } from '../period-picker.tsx'
import { QueryView } from '../query-view.tsx'
import { operationName } from '../../credits/operation-name.ts'
import { ErrorCauses } from './error-causes.tsx'
import { ErrorDrawer } from './error-drawer.tsx'
import { ErrorList } from './error-list.tsx'

const names = [
  'search',
  'provider',
  'model',
  'operation',
  'code',
  'blame',
  'cause',
  'requestId',
  'transcriptionId',
] as const
type Name = (typeof names)[number]

const useErrorFilters = () => {
  const [params, setParams] = useSearchParams()
  const [period, setPeriod] = usePeriod('7d')
  const given = Object.fromEntries(
    names.flatMap((name) => {
      const value = params.get(name)
      return value === null || value === '' ? [] : [[name, value]]
    }),
  ) as Partial<Record<Name, string>>
  const set = (changes: Partial<Record<Name | 'error' | 'view', string | null>>): void =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before)
        for (const [name, value] of Object.entries(changes)) {
          if (value === null || value === '') next.delete(name)
          else next.set(name, value)
        }
        return next
      },
      { replace: true },
    )
  // Only what is asked waits for the end of a word.
  const [search] = useDebouncedValue(given.search ?? '', 300)
  const { search: _typed, ...chosen } = given
  const filters = { ...chosen, ...(search !== '' && { search }), period } as ErrorFilters
  return { given, filters, period, setPeriod, set, open: params.get('error'), view: params.get('view') ?? 'causes' }
}

type Filtering = ReturnType<typeof useErrorFilters>

const FilterRow = ({ filtering }: { filtering: Filtering }): ReactElement => {
  const { t } = useTranslation()
  const { given, period, setPeriod, set, filters } = filtering
  const causes = useQuery(errorCausesQuery(filters))
  const facets = causes.data?.facets
  const choice = (name: Name, values: readonly { value: string; count: number }[] | undefined): ReactElement => {
    const known = values ?? []
    const chosen = given[name]
    const nameOf = (value: string): string => (name === 'operation' ? operationName(t, value) : value)
    const data = known.map(({ value, count }) => ({ value, label: `${nameOf(value)} (${count})` }))
    if (chosen !== undefined && !known.some(({ value }) => value === chosen))
      data.push({ value: chosen, label: nameOf(chosen) })
    return (
      <Select
        w={{ base: 'calc(50% - 6px)', sm: 170 }}
        aria-label={t(`admin.errors.filter.${name}`)}
        placeholder={t(`admin.errors.filter.${name}`)}
        data={data}
        value={chosen ?? null}
        onChange={(value) => set({ [name]: value })}
        clearable
        searchable
      />
    )
  }
  return (
    <Group gap="xs" mb="md">
      <PeriodPicker value={period} onChange={setPeriod} />
      <AddressField
        w={{ base: '100%', sm: 220 }}
        type="search"
        aria-label={t('admin.errors.filter.search')}
        placeholder={t('admin.errors.filter.search')}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={given.search ?? ''}
        onChange={(search) => set({ search })}
      />
      {choice('provider', facets?.providers)}
      {choice('model', facets?.models)}
      {choice('operation', facets?.operations)}
      {choice('code', facets?.codes)}
      <Select
        w={{ base: 'calc(50% - 6px)', sm: 170 }}
        aria-label={t('admin.errors.filter.blame')}
        placeholder={t('admin.errors.filter.blame')}
        data={(['caller', 'provider', 'us'] as const).map((value) => ({
          value,
          label: t(`admin.errors.blame.${value}`),
        }))}
        value={given.blame ?? null}
        onChange={(value) => set({ blame: value })}
        clearable
      />
      {Object.keys(given).length > 0 && (
        <Button
          size="xs"
          variant="subtle"
          leftSection={<IconFilterOff size={15} aria-hidden />}
          onClick={() => set(Object.fromEntries(names.map((name) => [name, null])))}
        >
          {t('admin.clearFilters')}
        </Button>
      )}
    </Group>
  )
}

const NoErrors = (): ReactElement => {
  const { t } = useTranslation()
  return (
    <EmptyState icon={<IconChecks size={40} stroke={1.3} aria-hidden />} title={t('admin.errors.none')}>
      {t('admin.errors.noneHint')}
    </EmptyState>
  )
}

const Entries = ({ filtering }: { filtering: Filtering }): ReactElement => {
  const list = useInfiniteQuery(errorsQuery(filtering.filters))
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <>
      {list.error !== null && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && items.length === 0 && <NoErrors />}
      {items.length > 0 && <ErrorList items={items} onOpen={(id) => filtering.set({ error: id })} />}
      <ShowMore list={list} />
    </>
  )
}

const Causes = ({ filtering }: { filtering: Filtering }): ReactElement => {
  const { t } = useTranslation()
  const causes = useQuery(errorCausesQuery(filtering.filters))
  return (
    <QueryView query={causes}>
      {({ items, total }) =>
        items.length === 0 ? (
          <NoErrors />
        ) : (
          <>
            <Text size="xs" c="dimmed" mb={6} role="status">
              {t('admin.errors.total', { count: total })}
            </Text>
            <ErrorCauses items={items} onOpen={(cause) => filtering.set({ cause, view: 'entries' })} />
          </>
        )
      }
    </QueryView>
  )
}

export const ErrorsPage = (): ReactElement => {
  const { t } = useTranslation()
  const filtering = useErrorFilters()
  return (
    <Page title={t('admin.nav.errors')} description={t('admin.errors.description')} width={1280}>
      <FilterRow filtering={filtering} />
      <Tabs
        value={filtering.view}
        onChange={(view) => filtering.set({ view, ...(view === 'causes' && { cause: null }) })}
        keepMounted={false}
      >
        <Tabs.List mb="md" aria-label={t('admin.nav.errors')}>
          <Tabs.Tab value="causes">{t('admin.errors.byCause')}</Tabs.Tab>
          <Tabs.Tab value="entries">{t('admin.errors.oneByOne')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="causes">
          <Causes filtering={filtering} />
        </Tabs.Panel>
        <Tabs.Panel value="entries">
          <Entries filtering={filtering} />
        </Tabs.Panel>
      </Tabs>
      <ErrorDrawer id={filtering.open} onClose={() => filtering.set({ error: null })} />
    </Page>
  )
}
