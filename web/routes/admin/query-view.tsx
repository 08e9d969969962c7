/** What a page shows while it reads, when that failed, and when it has come. */
import { Skeleton, Stack } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ProblemAlert } from '../../components/problem-alert.tsx'

interface QueryViewProps<Data> {
  query: UseQueryResult<Data>
  children: (data: Data) => ReactNode
  /** Lines of the skeleton. */
  lines?: number
}

/** A failed renewal leaves what was read before on the page, under the problem. */
export const QueryView = <Data,>({ query, children, lines = 4 }: QueryViewProps<Data>): ReactElement => {
  const { t } = useTranslation()
  return (
    <>
      {query.error !== null && <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && (
        <Stack gap="xs" role="status" aria-label={t('state.loading')}>
          {Array.from({ length: lines }, (_, line) => (
            <Skeleton key={line} height={38} radius="md" />
          ))}
        </Stack>
      )}
      {query.data !== undefined && children(query.data)}
    </>
  )
}
