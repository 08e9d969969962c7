/** What the chosen files would take with the chosen options, as far as their length can be told beforehand. */
import { Stack, Text } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { CreditEstimateItem } from '../../../src/http/contract/credits.ts'
import { RunEstimate } from '../../components/run-estimate.tsx'
import { readLength } from '../../uploads/file-length.ts'
import type { UploadOptions } from './use-upload-options.ts'

/** Ids for files, which have none of their own. */
const idOf = (file: File): string => [file.name, file.size, file.lastModified].join('/')

const operationsOf = ({ enhance, summarize }: UploadOptions): CreditEstimateItem['operation'][] => [
  'transcription',
  ...(enhance === true ? (['enhancement'] as const) : []),
  ...(summarize === true ? (['summary'] as const) : []),
]

interface UploadEstimateProps {
  files: readonly File[]
  options: UploadOptions
}

export const UploadEstimate = ({ files, options }: UploadEstimateProps): ReactElement | null => {
  const { t } = useTranslation()
  const lengths = useQueries({
    queries: files.map((file) => ({
      queryKey: ['file-length', idOf(file)],
      queryFn: async () => await readLength(file),
      staleTime: Infinity,
    })),
  })
  if (files.length === 0) return null
  const known = lengths.map(({ data }) => data).filter((second) => typeof second === 'number')
  const unknown = lengths.filter(({ data }) => data === null).length
  const reading = lengths.some(({ isPending }) => isPending)
  const wish =
    reading || known.length === 0
      ? null
      : {
          operations: operationsOf(options),
          model: options.model ?? 'auto:best',
          engine: options.engine ?? 'local',
          durationSecond: known.reduce((sum, second) => sum + second, 0),
        }
  return (
    <Stack gap={6} mt="lg">
      <RunEstimate wish={wish} otherwise={reading ? t('estimate.reckoning') : t('estimate.lengthUnknown')} />
      {wish !== null && unknown > 0 && (
        <Text size="xs" c="dimmed">
          {t('estimate.without', { count: unknown })}
        </Text>
      )}
    </Stack>
  )
}
