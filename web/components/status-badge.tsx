import { Badge } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { TranscriptionSummary } from '../../src/http/contract/transcriptions.ts'

const colors: Record<TranscriptionSummary['status'], string> = {
  queued: 'gray',
  running: 'pine',
  completed: 'pine',
  failed: 'rose',
  cancelled: 'gray',
}

export const StatusBadge = ({ status }: { status: TranscriptionSummary['status'] }): ReactElement => {
  const { t } = useTranslation()
  return (
    <Badge color={colors[status]} variant="light">
      {t(`status.${status}`)}
    </Badge>
  )
}
