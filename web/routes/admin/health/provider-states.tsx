/** Each provider: does it answer, how many of its models are on, how often does it fail. */
import { Badge, Group, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconMoon, IconPlugX } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { z } from 'zod'
import type { providerHealthSchema } from '../../../../src/http/contract/health-ai.ts'
import { asSentence, sayReason } from '../../../say-because.ts'
import { modelsHealthQuery } from '../admin-queries.ts'
import { formatTook } from '../../../format.ts'
import { formatCompact, formatShare } from '../format-admin.ts'
import { QueryView } from '../query-view.tsx'
import classes from './health.module.css'

type ProviderHealth = z.output<typeof providerHealthSchema>

const looks = {
  ok: { color: 'pine', Icon: IconCircleCheck },
  degraded: { color: 'amber', Icon: IconAlertTriangle },
  failing: { color: 'rose', Icon: IconAlertTriangle },
  down: { color: 'rose', Icon: IconCircleX },
  idle: { color: 'gray', Icon: IconMoon },
  'not-set-up': { color: 'gray', Icon: IconPlugX },
} as const

const Provider = ({ one }: { one: ProviderHealth }): ReactElement => {
  const { t, i18n } = useTranslation()
  const locale = i18n.language
  const { color, Icon } = looks[one.status]
  const reason =
    one.reason === null ? null : asSentence(sayReason(t, locale, one.reason, one.because), locale, one.because)
  return (
    <li className={`card ${classes.provider ?? ''}`} data-provider={one.provider}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Title order={3} size="h5">
          <Link to={`/admin/ai-models?provider=${one.provider}`} className={classes.plainLink ?? ''}>
            {one.displayName}
          </Link>
        </Title>
        <Badge color={color} leftSection={<Icon size={13} aria-hidden />}>
          {t(`admin.provider.${one.status}`)}
        </Badge>
      </Group>
      <Text size="sm" mt={6} className="tabular">
        {t('admin.provider.models', { active: one.activeModels, total: one.totalModels })}
      </Text>
      <Text size="sm" c="dimmed" className="tabular">
        {reason ??
          (one.requests === 0
            ? t('admin.provider.noCalls')
            : [
                t('admin.provider.requests', { count: one.requests, shown: formatCompact(one.requests, locale) }),
                one.errorRate === null
                  ? null
                  : t('admin.provider.errors', { rate: formatShare(one.errorRate, locale) }),
                one.averageMs === null ? null : formatTook(one.averageMs, locale),
              ]
                .filter((part) => part !== null)
                .join(' · '))}
      </Text>
    </li>
  )
}

export const ProviderStates = (): ReactElement => {
  const { t } = useTranslation()
  const health = useQuery(modelsHealthQuery)
  return (
    <section aria-label={t('admin.provider.title')}>
      <Title order={2} mb="xs">
        {t('admin.provider.title')}
      </Title>
      <QueryView query={health} lines={2}>
        {({ providers }) => (
          <ul className={classes.providers}>
            {providers.map((one) => (
              <Provider key={one.provider} one={one} />
            ))}
          </ul>
        )}
      </QueryView>
    </section>
  )
}
