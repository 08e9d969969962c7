/** Models that were switched off for their errors: the numbers it was decided by, and the probes since. */
import { Alert, Badge, Group, List, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconPlugConnectedX } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { DisablementView } from '../../../../src/http/contract/alerts.ts'
import { translateCode } from '../../../describe-problem.ts'
import { disablementsQuery } from '../admin-queries.ts'
import { formatShare } from '../format-admin.ts'
import { QueryView } from '../query-view.tsx'
import { TimeAgo } from '../time-ago.tsx'

const colors = { disabled: 'rose', proposed: 'amber', 'given-up': 'rose', enabled: 'gray' } as const

const Evidence = ({ item }: { item: DisablementView }): ReactElement => {
  const { t, i18n } = useTranslation()
  const { evidence, probes } = item
  const good = probes.filter(({ ok }) => ok).length
  const ref = `${item.provider}/${item.model}`
  return (
    <Alert
      color={colors[item.state]}
      icon={<IconPlugConnectedX size={19} aria-hidden />}
      title={
        <Group gap={6}>
          <Link to={`/admin/ai-models?model=${encodeURIComponent(ref)}`} style={{ color: 'inherit' }}>
            {ref}
          </Link>
          <Badge color={colors[item.state]}>{t(`admin.disabled.state.${item.state}`)}</Badge>
        </Group>
      }
    >
      <Text size="sm">
        {t('admin.disabled.evidence', {
          failures: evidence.failures,
          requests: evidence.requests,
          rate: formatShare(evidence.errorRate, i18n.language),
          threshold: formatShare(evidence.threshold, i18n.language),
        })}
      </Text>
      <List size="sm" mt={4}>
        {Object.entries(evidence.codes).map(([code, count]) => (
          <List.Item key={code}>
            {translateCode(t, code).title} ({code}): {count}
          </List.Item>
        ))}
      </List>
      <Text size="sm" c="dimmed" mt={4}>
        <TimeAgo iso={item.disabledAt} /> ·{' '}
        {t('admin.disabled.probes', { done: probes.length, maximum: item.maximumProbes, good })}
        {item.nextProbeAt !== null && (
          <>
            {' · '}
            {t('admin.disabled.nextProbe')} <TimeAgo iso={item.nextProbeAt} />
          </>
        )}
        {item.endedBy !== null && ` · ${t('admin.disabled.endedBy', { name: item.endedBy })}`}
      </Text>
    </Alert>
  )
}

interface DisabledEvidenceProps {
  query: Parameters<typeof disablementsQuery>[0]
}

export const DisabledEvidence = ({ query }: DisabledEvidenceProps): ReactElement => {
  const list = useQuery(disablementsQuery(query))
  return (
    <QueryView query={list} lines={1}>
      {({ items }) =>
        items.length === 0 ? null : (
          <Stack gap="sm" mb="md">
            {items.map((item) => (
              <Evidence key={item.id} item={item} />
            ))}
          </Stack>
        )
      }
    </QueryView>
  )
}
