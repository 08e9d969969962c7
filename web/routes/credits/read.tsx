/** What a part of a page shows while it reads, when that failed, and when it has come. */
import { Skeleton, Stack } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemAlert } from '../../components/problem-alert.tsx'

interface ReadProps<Data> {
  query: { data: Data | undefined; error: Error | null; isPending: boolean; refetch: () => unknown }
  children: (data: Data) => ReactNode
}

/** A failed renewal leaves what was read before on the page, under the problem. */
export const Read = <Data,>({ query, children }: ReadProps<Data>): ReactElement => {
  const { t } = useTranslation()
  return (
    <>
      {query.error !== null && <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && (
        <Stack gap="xs" role="status" aria-label={t('state.loading')}>
          <Skeleton height={38} radius="md" />
          <Skeleton height={38} radius="md" />
          <Skeleton height={38} radius="md" />
        </Stack>
      )}
      {query.data !== undefined && children(query.data)}
    </>
  )
}
