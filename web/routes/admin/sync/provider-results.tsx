/** What a sync brought, provider by provider. */
import { Accordion, Badge, Group, Stack, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import type { getModelSync } from '../../../../src/http/contract/model-admin.ts'
import { translateCode } from '../../../describe-problem.ts'
import { sayBecause, asSentence } from '../../../say-because.ts'
import { useSentence } from '../use-sentence.ts'
import { formatTook } from '../../../format.ts'
import { formatDollars } from '../format-admin.ts'
import { DiffView } from './diff-view.tsx'

export type SyncRunView = z.output<typeof getModelSync.response>
export type ProviderResultView = SyncRunView['results'][number]

const colors: Record<ProviderResultView['outcome'], string> = {
  applied: 'pine',
  unchanged: 'gray',
  held: 'amber',
  failed: 'rose',
  skipped: 'gray',
  'would-apply': 'pine',
  'would-hold': 'amber',
}

const Counts = ({ result }: { result: ProviderResultView }): ReactElement | null => {
  const { t } = useTranslation()
  if (result.diff === null) return null
  const { added, removed, back, updated } = result.diff
  return (
    <Text size="sm" c="dimmed" className="tabular">
      {t('admin.sync.counts', {
        added: added.length,
        removed: removed.length,
        back: back.length,
        updated: updated.length,
      })}
    </Text>
  )
}

const Probes = ({ probes }: { probes: NonNullable<ProviderResultView['probes']> }): ReactElement | null => {
  const { t, i18n } = useTranslation()
  const { asked, answered, costUsd, failures } = probes
  if (asked === 0) return null
  return (
    <>
      <Text size="sm">
        {t('admin.checkAll.byCall', { count: asked, answered, cost: formatDollars(costUsd, i18n.language) })}
      </Text>
      {failures.map(({ key, errorCode, message }) => (
        <Text size="sm" key={key} c="var(--mantine-color-error)" style={{ overflowWrap: 'anywhere' }}>
          {key}: {translateCode(t, errorCode).title}. {message}
        </Text>
      ))}
    </>
  )
}

const Failure = ({ result }: { result: ProviderResultView }): ReactElement | null => {
  const { t, i18n } = useTranslation()
  const sentence = useSentence()
  if (result.message === null) return null
  const reason = sayBecause(t, i18n.language, result.because)
  const said =
    reason === null ? sentence(result.statement, result.message) : asSentence(reason, i18n.language, result.because)
  const advice = result.errorCode === null ? '' : translateCode(t, result.errorCode).advice
  return (
    <Text size="sm" c={result.outcome === 'failed' ? 'var(--mantine-color-error)' : 'dimmed'}>
      {said} {advice}
    </Text>
  )
}

interface ProviderResultsProps {
  results: readonly ProviderResultView[]
  /** Without the differences, for a dialog. */
  brief?: boolean
}

export const ProviderResults = ({ results, brief = false }: ProviderResultsProps): ReactElement => {
  const { t, i18n } = useTranslation()
  const head = (result: ProviderResultView): ReactElement => (
    <Group gap="xs">
      <Text size="sm" fw={550} miw={90}>
        {result.provider}
      </Text>
      <Badge color={colors[result.outcome]}>{t(`admin.sync.outcome.${result.outcome}`)}</Badge>
      <Counts result={result} />
    </Group>
  )
  if (brief) {
    return (
      <Stack gap={6} mt={4}>
        {results.map((result) => (
          <div key={result.provider}>
            {head(result)}
            <Failure result={result} />
            {result.probes !== null && result.probes.failures.length > 0 && <Probes probes={result.probes} />}
          </div>
        ))}
      </Stack>
    )
  }
  return (
    <Accordion variant="separated" chevronPosition="left" order={3}>
      {results.map((result) => (
        <Accordion.Item key={result.provider} value={result.provider}>
          <Accordion.Control>{head(result)}</Accordion.Control>
          <Accordion.Panel>
            <Stack gap="xs">
              <Failure result={result} />
              {result.checked !== null && (
                <Text size="sm">{t('admin.checkAll.byList', { count: result.checked })}</Text>
              )}
              {result.probes !== null && <Probes probes={result.probes} />}
              {result.diff !== null && <DiffView diff={result.diff} />}
              <Text size="xs" c="dimmed">
                {t('admin.sync.took', { time: formatTook(result.durationMs, i18n.language) })}
              </Text>
            </Stack>
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  )
}
