import { Group, Progress as ProgressBar, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Progress } from '../../src/http/contract/transcriptions.ts'
import { formatClock, formatNumber, formatSpan } from '../format.ts'

interface ProgressLineProps {
  progress: Progress | null
  title: string
}

/** How far the work is: "Recognizing speech · 42:15 of 4:00:00 · 12.3× · 18 min left". */
export const ProgressLine = ({ progress, title }: ProgressLineProps): ReactElement => {
  const { t, i18n } = useTranslation()
  const locale = i18n.language
  const total = progress?.totalSecond ?? null
  const done = progress?.doneSecond ?? 0
  const share = total === null || total === 0 ? null : Math.min(1, done / total)
  const waiting = progress?.step == null
  const facts: string[] = []
  if (waiting) {
    const ahead = progress?.queuePosition ?? 0
    facts.push(ahead > 0 ? t('progress.ahead', { count: ahead }) : t('progress.waiting'))
  } else {
    facts.push(t(`step.${progress.step ?? 'probe'}`))
    if (total !== null && done > 0) {
      facts.push(t('progress.of', { done: formatClock(done), total: formatClock(total) }))
    }
    if (progress.speed !== null) facts.push(t('progress.speed', { speed: formatNumber(progress.speed, locale) }))
    if (progress.etaSecond !== null) facts.push(t('progress.left', { span: formatSpan(progress.etaSecond, locale) }))
  }
  return (
    <Group gap="sm" wrap="nowrap" align="center">
      <ProgressBar.Root size="sm" w={{ base: 64, xs: 120 }} style={{ flexShrink: 0 }}>
        <ProgressBar.Section
          value={waiting ? 0 : share === null ? 100 : Math.max(2, share * 100)}
          animated={!waiting}
          striped={!waiting && share === null}
          color={waiting ? 'gray' : 'pine'}
          aria-label={t('progress.label', { title })}
          {...(share === null ? { 'aria-valuetext': facts[0] ?? '' } : {})}
        />
      </ProgressBar.Root>
      <Text size="xs" c="dimmed" className="tabular">
        {facts.join(' · ')}
      </Text>
    </Group>
  )
}
