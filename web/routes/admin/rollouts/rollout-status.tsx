import { Badge } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { RolloutView } from '../../../../src/http/contract/rollouts.ts'

const colors = { running: 'pine', stopped: 'amber', 'rolled-back': 'rose', completed: 'gray' } as const

export const RolloutStatus = ({ status }: Pick<RolloutView, 'status'>): ReactElement => {
  const { t } = useTranslation()
  return <Badge color={colors[status]}>{t(`admin.rollouts.status.${status}`)}</Badge>
}
