/** Marks of a model in words and colour: a colour alone tells nothing to those who cannot see it. */
import { Badge, Group, Tooltip } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconHelpCircle } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { errorRateState } from '../../../../src/http/contract/error-rate.ts'
import type { CatalogModel } from '../../../../src/http/contract/model-admin.ts'
import { formatShare } from '../format-admin.ts'
import { TimeAgo } from '../time-ago.tsx'
import { statusOf, type ModelRow, type ModelStatus } from './model-row.ts'
import { useWhy } from './use-why.ts'

const statusColors: Record<ModelStatus, string> = {
  active: 'pine',
  proposed: 'amber',
  unconfirmed: 'gray',
  inactive: 'gray',
}

export const StatusMark = ({ model }: { model: CatalogModel }): ReactElement => {
  const { t } = useTranslation()
  const status = statusOf(model)
  const { why } = useWhy()
  const words = model.active ? null : (model.proposal ?? model.removalReason)
  const because = model.proposal === null ? model.removalBecause : model.proposalBecause
  const badge = <Badge color={statusColors[status]}>{t(`admin.models.status.${status}`)}</Badge>
  return words === null ? badge : <Tooltip label={why(words, because)} multiline maw={340} children={badge} />
}

const availabilityLooks = {
  available: { color: 'pine', Icon: IconCircleCheck },
  unknown: { color: 'gray', Icon: IconHelpCircle },
  'not-found': { color: 'rose', Icon: IconCircleX },
} as const

export const AvailabilityMark = ({ model }: { model: CatalogModel }): ReactElement => {
  const { t } = useTranslation()
  const { why } = useWhy()
  const { color, Icon } = availabilityLooks[model.availability]
  const badge = (
    <Badge color={color} leftSection={<Icon size={13} aria-hidden />}>
      {t(`admin.models.availability.${model.availability}`)}
    </Badge>
  )
  if (model.checkError === null) return badge
  return <Tooltip label={why(model.checkError, model.checkBecause)} multiline maw={340} children={badge} />
}

/** When a model was last looked at; and that its provider was asked in vain since, so that this is old. */
export const LastCheck = ({ row }: { row: ModelRow }): ReactElement => {
  const { t } = useTranslation()
  const { whyUnread } = useWhy()
  const time = <TimeAgo iso={row.checkedAt} />
  if (row.unread === null) return time
  return (
    <Group gap={5} wrap="nowrap" component="span" data-unread={row.unread.errorCode ?? 'held'}>
      <Tooltip label={`${t('admin.models.unread.title')} ${whyUnread(row.unread)}`} multiline maw={340}>
        <IconAlertTriangle
          size={15}
          aria-label={t('admin.models.unread.title')}
          color="light-dark(var(--mantine-color-amber-7), var(--mantine-color-amber-4))"
        />
      </Tooltip>
      {time}
    </Group>
  )
}

export const ErrorRate = ({ share }: { share: number | null }): ReactElement => {
  const { t, i18n } = useTranslation()
  if (share === null) return <span aria-label={t('admin.notMeasured')}>–</span>
  const state = errorRateState(share)
  return (
    <Group gap={5} wrap="nowrap" component="span">
      {state !== 'ok' && (
        <IconAlertTriangle
          size={15}
          aria-label={t(`admin.errorRate.${state}`)}
          color={
            state === 'degraded'
              ? 'light-dark(var(--mantine-color-amber-7), var(--mantine-color-amber-4))'
              : 'var(--mantine-color-error)'
          }
        />
      )}
      {formatShare(share, i18n.language)}
    </Group>
  )
}
