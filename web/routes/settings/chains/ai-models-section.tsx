/** A user's own fallback chains: who is asked in which order when the chosen model does not answer. */
import { Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Chain, ChainOperation } from '../../../../src/http/contract/chains.ts'
import { ProblemAlert } from '../../../components/problem-alert.tsx'
import { modelName } from '../../../components/model-options.ts'
import { chainsQuery, modelsQuery } from '../../../queries.ts'
import { Section } from '../../../components/section.tsx'
import { ChainEditor } from './chain-editor.tsx'

/** Those whose texts are made of recordings. */
const operations = [
  'default',
  'enhancement',
  'summary',
  'lecture_notes',
  'translation',
] as const satisfies readonly ChainOperation[]

export const AiModelsSection = (): ReactElement => {
  const { t } = useTranslation()
  const { data, error, isPending, refetch } = useQuery(chainsQuery)
  const { data: known } = useQuery(modelsQuery)
  const find = (chains: readonly Chain[], operation: ChainOperation): Chain | undefined =>
    chains.find((chain) => chain.operation === operation)
  return (
    <Section title={t('chains.title')} description={t('chains.hint')}>
      {error !== null && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      {isPending && <Skeleton h={220} role="status" aria-label={t('state.loading')} />}
      {data !== undefined && (
        <Stack gap="lg">
          {operations.map((operation) => (
            <ChainEditor
              key={operation}
              operation={operation}
              own={find(data.items, operation)}
              house={find(data.global, operation)}
              lastResort={data.lastResort}
            />
          ))}
          <Text size="xs" c="dimmed">
            {t('chains.lastResortIs', {
              models:
                data.lastResort.models.map((ref) => modelName(t, ref, known?.models ?? [])).join(', ') ||
                t('chains.nobody'),
            })}
          </Text>
        </Stack>
      )}
    </Section>
  )
}
