/** The list of recordings; without any, the whole page is the place to drop one. */
import { Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { IconSearchOff } from '@tabler/icons-react'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../../components/empty-state.tsx'
import { Page } from '../../components/page.tsx'
import { ProblemAlert } from '../../components/problem-alert.tsx'
import { ShowMore } from '../../components/show-more.tsx'
import { UploadDropzone } from '../../components/upload-dropzone.tsx'
import { transcriptionsQuery } from '../../queries.ts'
import { FilterBar } from './filter-bar.tsx'
import { RecordingRow } from './recording-row.tsx'
import { isFiltered, toQuery, useFilters } from './use-filters.ts'
import classes from './recordings.module.css'

const LoadingRows = (): ReactElement => (
  <Stack gap="xs" aria-hidden>
    {[0, 1, 2, 3].map((row) => (
      <Skeleton key={row} height={74} radius="lg" />
    ))}
  </Stack>
)

export const RecordingsPage = (): ReactElement => {
  const { t } = useTranslation()
  const [filters, setFilters] = useFilters()
  const [search] = useDebouncedValue(filters.search, 250)
  const [now] = useState(() => new Date())
  const list = useInfiniteQuery({
    ...transcriptionsQuery(toQuery({ ...filters, search }, now)),
    placeholderData: (before) => before,
  })
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const total = list.data?.pages[0]?.total ?? 0
  const filtered = isFiltered(filters)
  const nothingYet = list.isSuccess && items.length === 0 && !filtered

  if (nothingYet) {
    return (
      <Page title={t('recordings.title')}>
        <UploadDropzone title={t('recordings.emptyTitle')} description={t('recordings.emptyHint')} tall />
      </Page>
    )
  }
  return (
    <Page title={t('recordings.title')}>
      <FilterBar filters={filters} onChange={setFilters} />
      {list.error !== null && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      {list.isPending && <LoadingRows />}
      <Text size="xs" c="dimmed" role="status" mb={6} h={18}>
        {list.isSuccess ? t('recordings.count', { count: total }) : ''}
      </Text>
      {items.length > 0 && (
        <ul className={classes.list} style={{ opacity: list.isPlaceholderData ? 0.6 : 1 }}>
          {items.map((item) => (
            <RecordingRow key={item.id} recording={item} />
          ))}
        </ul>
      )}
      {list.isSuccess && items.length === 0 && (
        <EmptyState icon={<IconSearchOff size={42} stroke={1.3} aria-hidden />} title={t('recordings.noneFound')}>
          <Group>
            <Button variant="light" onClick={() => setFilters(null)}>
              {t('recordings.clearFilters')}
            </Button>
          </Group>
        </EmptyState>
      )}
      <ShowMore list={list} />
    </Page>
  )
}
