/** Models that failed in the last 24 hours with the reasons, and those that did best. */
import { Badge, Group, List, Table, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { z } from 'zod'
import type { failedModelSchema, topModelSchema } from '../../../../src/http/contract/health-ai.ts'
import { translateCode } from '../../../describe-problem.ts'
import { modelsHealthQuery } from '../admin-queries.ts'
import { Section } from '../../../components/section.tsx'
import { WideTable } from '../../../components/wide-table.tsx'
import { formatTook } from '../../../format.ts'
import { formatShare } from '../format-admin.ts'
import { QueryView } from '../query-view.tsx'
import { sayReason } from '../../../say-because.ts'
import { TimeAgo } from '../time-ago.tsx'
import adminClasses from '../admin.module.css'
import classes from './health.module.css'

const colors: Record<z.output<typeof failedModelSchema>['status'], string> = {
  ok: 'gray',
  degraded: 'amber',
  failing: 'rose',
  down: 'rose',
  idle: 'gray',
}

const Failed = ({ model }: { model: z.output<typeof failedModelSchema> }): ReactElement => {
  const { t, i18n } = useTranslation()
  const ref = `${model.provider}/${model.model}`
  const errors = new URLSearchParams({ period: '24h', provider: model.provider, model: model.model })
  return (
    <li>
      <Group gap="xs">
        <Link to={`/admin/ai-models?model=${encodeURIComponent(ref)}`} className={classes.plainLink ?? ''}>
          <Text size="sm" fw={550}>
            {model.displayName}
          </Text>
        </Link>
        <Text size="xs" c="dimmed">
          {ref}
        </Text>
        <Badge color={colors[model.status]}>
          {t('admin.failed.count', {
            failed: model.failed,
            requests: model.requests,
            rate: model.errorRate === null ? '–' : formatShare(model.errorRate, i18n.language),
          })}
        </Badge>
        <Link to={`/admin/errors?${errors.toString()}`}>
          <Text size="xs" span>
            {t('admin.models.toErrors')}
          </Text>
        </Link>
      </Group>
      {model.unavailableReason !== null && (
        <Text size="sm" c="var(--mantine-color-error)">
          {t('admin.failed.off')} {sayReason(t, i18n.language, model.unavailableReason, model.unavailableBecause)}
        </Text>
      )}
      <List size="sm" mt={2}>
        {model.reasons.map((reason) => (
          <List.Item key={`${reason.code} ${reason.message}`} style={{ overflowWrap: 'anywhere' }}>
            {reason.count}× {translateCode(t, reason.code, reason).title}: {reason.message} (
            <TimeAgo iso={reason.lastAt} />)
          </List.Item>
        ))}
      </List>
    </li>
  )
}

const Best = ({ models }: { models: readonly z.output<typeof topModelSchema>[] }): ReactElement => {
  const { t, i18n } = useTranslation()
  const locale = i18n.language
  if (models.length === 0) return <Text size="sm">{t('admin.best.none')}</Text>
  return (
    <WideTable
      minWidth={520}
      verticalSpacing={6}
      columns={[
        t('admin.models.column.displayName'),
        t('admin.figure.requests'),
        t('admin.figure.errorRate'),
        t('admin.figure.average'),
        t('admin.figure.p95'),
      ]}
    >
      {models.map((model) => (
        <Table.Tr key={`${model.provider}/${model.model}`}>
          <Table.Td>{model.displayName}</Table.Td>
          <Table.Td>{model.requests}</Table.Td>
          <Table.Td>{model.errorRate === null ? '–' : formatShare(model.errorRate, locale)}</Table.Td>
          <Table.Td>{model.averageMs === null ? '–' : formatTook(model.averageMs, locale)}</Table.Td>
          <Table.Td>{model.p95Ms === null ? '–' : formatTook(model.p95Ms, locale)}</Table.Td>
        </Table.Tr>
      ))}
    </WideTable>
  )
}

export const FailedModels = (): ReactElement => {
  const { t } = useTranslation()
  const health = useQuery(modelsHealthQuery)
  return (
    <QueryView query={health}>
      {({ failedModels, topPerformers }) => (
        <>
          <Section title={t('admin.failed.title')} description={t('admin.failed.hint')}>
            {failedModels.length === 0 ? (
              <Text size="sm">{t('admin.failed.none')}</Text>
            ) : (
              <ul className={adminClasses.list}>
                {failedModels.map((model) => (
                  <Failed key={`${model.provider}/${model.model}`} model={model} />
                ))}
              </ul>
            )}
          </Section>
          <Section title={t('admin.best.title')} description={t('admin.best.hint')}>
            <Best models={topPerformers} />
          </Section>
        </>
      )}
    </QueryView>
  )
}
