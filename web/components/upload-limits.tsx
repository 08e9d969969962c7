import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { formatBytes, formatSpan } from '../format.ts'
import { serverQuery } from '../queries.ts'

/** What may be uploaded, told before anybody waits for an upload. */
export const UploadLimits = (): ReactElement | null => {
  const { t, i18n } = useTranslation()
  const { data } = useQuery(serverQuery)
  if (data === undefined) return null
  const { maxUploadBytes, maxDurationSecond } = data.limits
  return (
    <Text size="sm" c="dimmed" ta="center">
      {t('upload.limits', {
        size: formatBytes(maxUploadBytes, i18n.language),
        length: formatSpan(maxDurationSecond, i18n.language),
      })}
    </Text>
  )
}
