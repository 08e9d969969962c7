import { ActionIcon, Badge, Group, Menu, Stack, Text } from '@mantine/core'
import {
  IconAlertTriangle,
  IconDotsVertical,
  IconMovie,
  IconPlayerStop,
  IconReload,
  IconTrash,
  IconWaveSine,
} from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { TranscriptionSummary } from '../../../src/http/contract/transcriptions.ts'
import { ProgressLine } from '../../components/progress-line.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { useRecordingActions } from '../../components/use-recording-actions.tsx'
import { translateCode } from '../../describe-problem.ts'
import { formatAgo, formatBytes, formatClock, formatDateTime, formatLanguage } from '../../format.ts'
import classes from './recordings.module.css'

const isWorking = (recording: TranscriptionSummary): boolean =>
  recording.status === 'queued' || recording.status === 'running'

const RowMenu = ({ recording }: { recording: TranscriptionSummary }): ReactElement => {
  const { t } = useTranslation()
  const { cancel, retry, confirmDelete } = useRecordingActions(recording)
  const canRetry = recording.status === 'failed' || recording.status === 'cancelled'
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon className={classes.above ?? ''} aria-label={t('recordings.menuFor', { title: recording.title })}>
          <IconDotsVertical size={17} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {isWorking(recording) && (
          <Menu.Item leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={cancel}>
            {t('recording.cancel')}
          </Menu.Item>
        )}
        {canRetry && (
          <Menu.Item leftSection={<IconReload size={16} aria-hidden />} onClick={retry}>
            {t('recording.retry')}
          </Menu.Item>
        )}
        <Menu.Item color="rose" leftSection={<IconTrash size={16} aria-hidden />} onClick={confirmDelete}>
          {t('recording.delete')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

const Facts = ({ recording }: { recording: TranscriptionSummary }): ReactElement => {
  const { i18n } = useTranslation()
  const locale = i18n.language
  const facts = [
    recording.durationSecond === null ? null : formatClock(recording.durationSecond),
    recording.language === null ? null : formatLanguage(recording.language, locale),
    formatBytes(recording.sizeBytes, locale),
  ]
  return (
    <Text size="xs" c="dimmed" className="tabular">
      {facts.filter((fact) => fact !== null).join(' · ')} ·{' '}
      <time dateTime={recording.createdAt} title={formatDateTime(recording.createdAt, locale)}>
        {formatAgo(recording.createdAt, locale)}
      </time>
    </Text>
  )
}

export const RecordingRow = ({ recording }: { recording: TranscriptionSummary }): ReactElement => {
  const { t } = useTranslation()
  const Icon = recording.hasVideo ? IconMovie : IconWaveSine
  const failure = recording.error
  return (
    <li className={`${classes.row ?? ''} card`}>
      <div className={classes.icon}>
        <Icon size={20} stroke={1.6} aria-hidden />
      </div>
      <Stack gap={3} flex={1} miw={0}>
        <Group gap={8} align="center" wrap="wrap">
          <Link to={`/recordings/${recording.id}`} className={classes.title}>
            {recording.title}
          </Link>
          {recording.status !== 'completed' && <StatusBadge status={recording.status} />}
          {recording.failedSteps.map((step) => (
            <Badge key={step} color="amber" leftSection={<IconAlertTriangle size={12} aria-hidden />}>
              {t(`stepFailed.${step}`)}
            </Badge>
          ))}
        </Group>
        {isWorking(recording) && <ProgressLine progress={recording.progress} title={recording.title} />}
        {failure !== null && (
          <Text size="sm" c="var(--mantine-color-error)">
            {translateCode(t, failure.code, failure).title}
          </Text>
        )}
        {recording.excerpt !== '' && (
          <Text size="sm" c="dimmed" lineClamp={1}>
            {recording.excerpt}
          </Text>
        )}
        {recording.status === 'completed' && recording.excerpt === '' && (
          <Text size="sm" c="dimmed">
            {t('recordings.noWords')}
          </Text>
        )}
        <Facts recording={recording} />
      </Stack>
      <RowMenu recording={recording} />
    </li>
  )
}
