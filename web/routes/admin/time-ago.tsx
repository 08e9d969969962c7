import { Text, Tooltip } from '@mantine/core'
import { useEffect, useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { formatAgo, formatDateTime } from '../../format.ts'
import { formatUntil } from './format-admin.ts'

/** Renewed each half minute, so that times do not stand still on an open page. */
const useNow = (): number => {
  const [nowMs, setNowMs] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 30_000)
    return () => clearInterval(timer)
  }, [])
  return nowMs
}

/** When something was or will be, as people say it; the exact time on demand. */
export const TimeAgo = ({ iso }: { iso: string | null }): ReactElement => {
  const { t, i18n } = useTranslation()
  const nowMs = useNow()
  if (iso === null) {
    return (
      <Text span inherit c="dimmed">
        {t('admin.never')}
      </Text>
    )
  }
  return (
    <Tooltip label={formatDateTime(iso, i18n.language)}>
      <time dateTime={iso}>
        {Date.parse(iso) > nowMs ? formatUntil(iso, i18n.language, nowMs) : formatAgo(iso, i18n.language, nowMs)}
      </time>
    </Tooltip>
  )
}
