import { Badge, Button, Group, Text } from '@mantine/core'
import type { TFunction } from 'i18next'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { ErrorCause } from '../../../../src/http/contract/error-log.ts'
import { translateCode } from '../../../describe-problem.ts'
import { formatNumber } from '../../../format.ts'
import { operationName } from '../../credits/operation-name.ts'
import { TimeAgo } from '../time-ago.tsx'
import classes from '../admin.module.css'

const blameColors = { provider: 'rose', us: 'amber', caller: 'gray' } as const

/** A list that was read wrong may name hundreds. */
const mostNamed = 6

const nameSome = (t: TFunction, models: readonly string[]): string => {
  const named = models.slice(0, mostNamed).join(', ')
  const more = models.length - mostNamed
  return more > 0 ? t('admin.errors.andMore', { list: named, count: more }) : named
}

interface ErrorCausesProps {
  items: readonly ErrorCause[]
  onOpen: (cause: string) => void
}

/** One row for each cause: what, how often, where, and what to do. */
export const ErrorCauses = ({ items, onOpen }: ErrorCausesProps): ReactElement => {
  const { t, i18n } = useTranslation()
  return (
    <ul className={`card ${classes.list ?? ''}`} style={{ padding: '14px 18px' }}>
      {items.map((cause) => {
        const { title, advice } = translateCode(t, cause.code, cause)
        return (
          <li key={cause.cause} data-cause={cause.code}>
            <Group justify="space-between" align="flex-start" gap="sm">
              <div style={{ flex: '1 1 340px', minWidth: 0 }}>
                <Group gap="xs">
                  <Text size="sm" fw={600}>
                    {title}
                  </Text>
                  <Badge color={blameColors[cause.blame]}>{t(`admin.errors.blame.${cause.blame}`)}</Badge>
                  {cause.status !== null && <Badge color="gray">HTTP {cause.status}</Badge>}
                </Group>
                <Text className={classes.code ?? ''} mt={3}>
                  {cause.message}
                </Text>
                <Text size="sm" mt={3}>
                  {advice}
                </Text>
                <Text size="xs" c="dimmed" mt={3} style={{ overflowWrap: 'anywhere' }}>
                  {cause.provider}: {nameSome(t, cause.models)} ·{' '}
                  {cause.operations.map((one) => operationName(t, one)).join(', ')} · {t('admin.errors.last')}{' '}
                  <TimeAgo iso={cause.lastAt} /> · {t('admin.errors.first')} <TimeAgo iso={cause.firstAt} />
                </Text>
              </div>
              <Button size="xs" variant="default" onClick={() => onOpen(cause.cause)}>
                {t('admin.errors.showAll', { count: cause.count, shown: formatNumber(cause.count, i18n.language) })}
              </Button>
            </Group>
          </li>
        )
      })}
    </ul>
  )
}
