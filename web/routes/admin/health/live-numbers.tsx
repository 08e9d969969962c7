/** What happens at this moment, renewed every five seconds. */
import { Badge, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { LiveUsage } from '../../../../src/http/contract/usage.ts'
import { SparkBars } from '../../../components/charts/spark-bars.tsx'
import { formatNumber, formatTook } from '../../../format.ts'
import { liveUsageQuery } from '../admin-queries.ts'
import { Section } from '../../../components/section.tsx'
import { formatCompact, formatDollars, formatShare } from '../format-admin.ts'
import { QueryView } from '../query-view.tsx'
import classes from './health.module.css'

const Breakers = ({ breakers }: Pick<LiveUsage, 'breakers'>): ReactElement | null => {
  const { t } = useTranslation()
  if (breakers.length === 0) return null
  return (
    <Group gap="xs" mt="sm">
      <Text size="sm">{t('admin.live.breakers')}</Text>
      {breakers.map(({ provider, model, state }) => (
        <Badge key={`${provider}/${model ?? ''}`} color={state === 'open' ? 'rose' : 'amber'}>
          {model === null ? provider : `${provider}/${model}`} · {t(`admin.live.breaker.${state}`)}
        </Badge>
      ))}
    </Group>
  )
}

const Queues = ({ queue }: Pick<LiveUsage, 'queue'>): ReactElement | null => {
  const { t, i18n } = useTranslation()
  const busy = queue.filter(({ waiting, running }) => waiting + running > 0)
  if (busy.length === 0) return null
  return (
    <Text size="sm" mt="xs">
      {t('admin.live.queues')}{' '}
      {busy
        .map(({ name, waiting, running, oldestMs }) =>
          oldestMs === null
            ? t('admin.live.queue', { name, waiting, running })
            : t('admin.live.queueOldest', { name, waiting, running, age: formatTook(oldestMs, i18n.language) }),
        )
        .join(' · ')}
    </Text>
  )
}

export const LiveNumbers = (): ReactElement => {
  const { t, i18n } = useTranslation()
  const locale = i18n.language
  const live = useQuery(liveUsageQuery)
  return (
    <Section title={t('admin.live.title')} description={t('admin.live.hint')}>
      <QueryView query={live} lines={2}>
        {({ minutes, now, breakers, queue }) => {
          const attempts = minutes.reduce((sum, minute) => sum + minute.attempts, 0)
          const failed = minutes.reduce((sum, minute) => sum + minute.failed, 0)
          return (
            <div data-live>
              <SparkBars
                label={t('admin.live.chart', { attempts, failed })}
                values={minutes.map((minute) => ({ total: minute.attempts, failed: minute.failed }))}
              />
              <Text size="xs" c="dimmed" mb="sm">
                {t('admin.live.chart', { attempts, failed })}
              </Text>
              <dl className={classes.numbers}>
                {(
                  [
                    ['perMinute', formatNumber(now.attemptsPerMinute, locale)],
                    ['errorRate', now.errorRate === null ? '–' : formatShare(now.errorRate, locale)],
                    ['median', now.p50Ms === null ? '–' : formatTook(now.p50Ms, locale)],
                    ['slow', now.p95Ms === null ? '–' : formatTook(now.p95Ms, locale)],
                    ['tokens', formatCompact(now.tokensPerMinute, locale)],
                    ['cost', formatDollars(now.costUsdPerHour, locale)],
                  ] as const
                ).map(([name, value]) => (
                  <div key={name}>
                    <dt>{t(`admin.live.number.${name}`)}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
              <Breakers breakers={breakers} />
              <Queues queue={queue} />
            </div>
          )
        }}
      </QueryView>
    </Section>
  )
}
