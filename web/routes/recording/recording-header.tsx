import { ActionIcon, Button, Group, Menu, Stack, Text, TextInput, Title, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import {
  IconColumns,
  IconDots,
  IconPencil,
  IconPlayerStop,
  IconReload,
  IconSparkles,
  IconTrash,
} from '@tabler/icons-react'
import { useRef, useState, type ReactElement } from 'react'
import { flushSync } from 'react-dom'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { updateTranscription, type Transcription } from '../../../src/http/contract/transcriptions.ts'
import { call } from '../../api.ts'
import { StatusBadge } from '../../components/status-badge.tsx'
import type { RecordingActions } from '../../components/use-recording-actions.tsx'
import { describeProblem } from '../../describe-problem.ts'
import { formatBytes, formatClock, formatDateTime, formatLanguage } from '../../format.ts'
import { transcriptionQuery } from '../../queries.ts'
import { ExportMenu } from './export-menu.tsx'
import type { RunStep } from './use-run-step.tsx'
import classes from './recording.module.css'

const EditableTitle = ({ recording }: { recording: Transcription }): ReactElement => {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [draft, setDraft] = useState<string | null>(null)
  const pencil = useRef<HTMLButtonElement>(null)
  const rename = useMutation({
    mutationFn: async (title: string) =>
      await call(updateTranscription, { params: { id: recording.id }, body: { title } }),
    onSuccess: (saved) => {
      client.setQueryData(transcriptionQuery(recording.id).queryKey, saved)
      void client.invalidateQueries({ queryKey: ['transcriptions'] })
    },
    onError: (error) => {
      const problem = describeProblem(t, error)
      notifications.show({ color: 'rose', title: problem.title, message: problem.advice })
    },
  })
  const save = (): void => {
    const title = draft?.trim() ?? ''
    if (title !== '' && title !== recording.title) rename.mutate(title)
    setDraft(null)
  }
  /** Enter and Escape go back to where the keyboard came from; whoever clicks elsewhere is to stay there. */
  const closeByKey = (end: () => void): void => {
    flushSync(end)
    pencil.current?.focus()
  }
  if (draft === null) {
    return (
      <Group gap={4} wrap="nowrap" align="center">
        <Title order={1} className={classes.title ?? ''} style={{ overflowWrap: 'anywhere' }}>
          {rename.isPending ? rename.variables : recording.title}
        </Title>
        <Tooltip label={t('recording.rename')}>
          <ActionIcon ref={pencil} aria-label={t('recording.rename')} onClick={() => setDraft(recording.title)}>
            <IconPencil size={17} stroke={1.6} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </Group>
    )
  }
  return (
    <TextInput
      autoFocus
      size="md"
      maxLength={300}
      aria-label={t('recording.titleLabel')}
      value={draft}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={save}
      onKeyDown={(press) => {
        if (press.key === 'Enter') closeByKey(save)
        if (press.key === 'Escape') closeByKey(() => setDraft(null))
      }}
      w="min(560px, 100%)"
    />
  )
}

const Facts = ({ recording }: { recording: Transcription }): ReactElement => {
  const { i18n } = useTranslation()
  const locale = i18n.language
  const facts = [
    recording.durationSecond === null ? null : formatClock(recording.durationSecond),
    recording.language === null ? null : formatLanguage(recording.language, locale),
    formatBytes(recording.sizeBytes, locale),
    formatDateTime(recording.createdAt, locale),
  ]
  return (
    <Group gap={10}>
      {recording.status !== 'completed' && <StatusBadge status={recording.status} />}
      <Text size="sm" c="dimmed" className="tabular">
        {facts.filter((fact) => fact !== null).join(' · ')}
      </Text>
    </Group>
  )
}

interface RecordingHeaderProps {
  recording: Transcription
  actions: RecordingActions
  runStep: RunStep
}

export const RecordingHeader = ({ recording, actions, runStep }: RecordingHeaderProps): ReactElement => {
  const { t } = useTranslation()
  const working = recording.status === 'queued' || recording.status === 'running'
  const finished = recording.texts.filter((text) => text.status === 'done')
  return (
    <Group justify="space-between" align="flex-start" gap="sm" mb="md">
      <Stack gap={4} flex="1 1 320px" miw={0}>
        <EditableTitle recording={recording} />
        <Facts recording={recording} />
      </Stack>
      <Group gap={8}>
        {working && (
          <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={actions.cancel}>
            {t('recording.cancel')}
          </Button>
        )}
        {(recording.status === 'failed' || recording.status === 'cancelled') && (
          <Button leftSection={<IconReload size={16} aria-hidden />} onClick={actions.retry}>
            {t('recording.retry')}
          </Button>
        )}
        <ExportMenu recording={recording} />
        <Menu position="bottom-end" width={240}>
          <Menu.Target>
            <ActionIcon size={36} variant="default" aria-label={t('recording.more')}>
              <IconDots size={18} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {finished.length > 1 && (
              <Menu.Item
                component={Link}
                to={`/recordings/${recording.id}/compare`}
                leftSection={<IconColumns size={16} aria-hidden />}
              >
                {t('compare.title')}
              </Menu.Item>
            )}
            <Menu.Label>{t('make.menu')}</Menu.Label>
            {(['enhanced', 'summary', 'lecture_notes', 'translation'] as const).map((kind) => (
              <Menu.Item
                key={kind}
                disabled={working}
                leftSection={<IconSparkles size={16} stroke={1.6} aria-hidden />}
                onClick={() => runStep.make(kind)}
              >
                {t(`make.title.${kind}`)}
              </Menu.Item>
            ))}
            <Menu.Item
              disabled={working}
              leftSection={<IconReload size={16} stroke={1.6} aria-hidden />}
              onClick={() => runStep.open('recognize')}
            >
              {t('run.recognize')}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item color="rose" leftSection={<IconTrash size={16} aria-hidden />} onClick={actions.confirmDelete}>
              {t('recording.delete')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
    </Group>
  )
}
