import { Badge, Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconBellCheck } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { resolveAlert, type AlertView } from '../../../../src/http/contract/alerts.ts'
import { call } from '../../../api.ts'
import { Disclosure } from '../../../components/disclosure.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { alertsQuery } from '../admin-queries.ts'
import { Deliveries } from '../deliveries.tsx'
import { QueryView } from '../query-view.tsx'
import { TimeAgo } from '../time-ago.tsx'
import { useAct } from '../use-act.ts'
import { useSentence } from '../use-sentence.ts'
import classes from '../admin.module.css'

export const severityColors = { info: 'gray', warning: 'amber', critical: 'rose' } as const

/** Others keep a queue, a key or a user in the model’s place; their sentence names it. */
const ABOUT_MODELS = /^(?:model-|breaker-open|rollout-ended)/u

const Told = ({ alert }: { alert: AlertView }): ReactElement => {
  const { t } = useTranslation()
  const sentence = useSentence()
  if (alert.deliveries.length > 0) return <Deliveries deliveries={alert.deliveries} isBrief />
  return (
    <Text size="sm" c="dimmed">
      {alert.suppressed === null ? t('admin.alerts.notTold') : sentence(alert.suppressedStatement, alert.suppressed)}
    </Text>
  )
}

const One = ({ alert }: { alert: AlertView }): ReactElement => {
  const { t } = useTranslation()
  const resolve = useAct({
    run: async () => await call(resolveAlert, { params: { id: alert.id } }),
    done: () => t('admin.alerts.resolved'),
  })
  const message = useSentence()(alert.statement, alert.message)
  const ref = alert.model === null || !ABOUT_MODELS.test(alert.kind) ? null : `${alert.provider}/${alert.model}`
  return (
    <li data-alert={alert.kind}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ flex: '1 1 320px', minWidth: 0 }}>
          <Group gap="xs">
            <Badge color={severityColors[alert.severity]}>{t(`admin.alerts.severity.${alert.severity}`)}</Badge>
            <Text size="sm" fw={600}>
              {t(`admin.alerts.kind.${alert.kind}.title`, { defaultValue: alert.kind })}
            </Text>
            {ref !== null && (
              <Link to={`/admin/ai-models?model=${encodeURIComponent(ref)}`}>
                <Text size="sm" span>
                  {ref}
                </Text>
              </Link>
            )}
          </Group>
          <Text size="sm" mt={4} style={{ overflowWrap: 'anywhere' }}>
            {message}
          </Text>
          <Text size="xs" c="dimmed" mt={2}>
            {t('admin.alerts.since')} <TimeAgo iso={alert.createdAt} /> · {t('admin.alerts.lastSeen')}{' '}
            <TimeAgo iso={alert.lastSeenAt} />
            {alert.resolvedAt !== null && (
              <>
                {' · '}
                {t('admin.alerts.resolvedAt')} <TimeAgo iso={alert.resolvedAt} /> {alert.resolvedBy}
              </>
            )}
          </Text>
          <Told alert={alert} />
          {Object.keys(alert.details).length > 0 && (
            <Disclosure label={t('problem.technicalDetail')}>{JSON.stringify(alert.details, null, 2)}</Disclosure>
          )}
        </div>
        {alert.resolvedAt === null && (
          <Button
            size="xs"
            variant="default"
            loading={resolve.isPending}
            aria-label={t('admin.alerts.resolveNamed', { name: message })}
            onClick={() => resolve.mutate(undefined)}
          >
            {t('admin.alerts.resolve')}
          </Button>
        )}
      </Group>
    </li>
  )
}

export const AlertList = ({ open }: { open: boolean }): ReactElement => {
  const { t } = useTranslation()
  const alerts = useQuery(alertsQuery(open))
  return (
    <QueryView query={alerts}>
      {(data) => {
        const items = open ? data.items : data.items.filter(({ resolvedAt }) => resolvedAt !== null)
        return items.length === 0 ? (
          <EmptyState
            icon={<IconBellCheck size={40} stroke={1.3} aria-hidden />}
            title={open ? t('admin.alerts.noneOpen') : t('admin.alerts.nonePast')}
          >
            {t('admin.alerts.noneHint')}
          </EmptyState>
        ) : (
          <ul className={`card ${classes.list ?? ''}`} style={{ padding: '14px 18px' }}>
            {items.map((alert) => (
              <One key={alert.id} alert={alert} />
            ))}
          </ul>
        )
      }}
    </QueryView>
  )
}
