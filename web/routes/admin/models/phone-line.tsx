/** On a phone the table shows a model's name and acts: what matters most of the rest stands under the name. */
import { Text } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { formatNumber } from '../../../format.ts'
import { formatShare } from '../format-admin.ts'
import { markOf, statusOf, type ModelRow } from './model-row.ts'
import classes from './models.module.css'

export const PhoneLine = ({ row }: { row: ModelRow }): ReactElement => {
  const { t, i18n } = useTranslation()
  const mark = markOf(row)
  const facts = [
    row.provider,
    t(`admin.models.status.${statusOf(row)}`),
    row.availability === 'not-found' ? t('admin.models.availability.not-found') : null,
    `${formatNumber(row.creditMultiplier, i18n.language, 3)}×`,
    row.errorRate === null ? null : t('admin.models.phoneErrors', { rate: formatShare(row.errorRate, i18n.language) }),
  ]
  return (
    <Text
      size="xs"
      truncate
      className={classes.phoneLine ?? ''}
      c={mark === 'unavailable' ? 'var(--mantine-color-error)' : 'dimmed'}
    >
      {facts.filter((fact) => fact !== null).join(' · ')}
    </Text>
  )
}
