/** The spoken words with their times: follow, search, click to seek, edit. */
import { Button, Center, Group, Loader, Skeleton, Stack, Text, Tooltip } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import { IconArrowsVertical, IconFileText } from '@tabler/icons-react'
import { useMemo, useRef, useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Transcription } from '../../../src/http/contract/transcriptions.ts'
import { useCommands } from '../../commands/commands-provider.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ProblemAlert } from '../../components/problem-alert.tsx'
import { ConflictDialog } from '../../editing/conflict-dialog.tsx'
import { EditControls } from '../../editing/edit-controls.tsx'
import { useSegmentEdits } from '../../editing/use-segment-edits.ts'
import { spokenAt } from '../../player/spoken-at.ts'
import { useFollow } from '../../player/use-follow.ts'
import { usePlayer } from '../../player/use-player.ts'
import type { SegmentList as Segments } from '../../queries.ts'
import { FindBar } from './find-bar.tsx'
import { SegmentList, type SegmentListHandle } from './segment-list.tsx'
import { useFind } from './use-find.ts'
import classes from './recording.module.css'

interface TranscriptTabProps {
  recording: Transcription
  segments: UseQueryResult<Segments>
}

const NothingYet = ({ recording }: { recording: Transcription }): ReactElement => {
  const { t } = useTranslation()
  const working = recording.status === 'queued' || recording.status === 'running'
  return (
    <EmptyState
      icon={working ? <Loader aria-hidden /> : <IconFileText size={42} stroke={1.3} aria-hidden />}
      title={working ? t('transcript.soon') : t('transcript.none')}
    >
      {working ? t('transcript.soonHint') : t('transcript.noneHint')}
    </EmptyState>
  )
}

export const TranscriptTab = ({ recording, segments: query }: TranscriptTabProps): ReactElement => {
  const { t } = useTranslation()
  const player = usePlayer()
  const list = useRef<SegmentListHandle>(null)
  const editing = useSegmentEdits(recording.id, query.data)
  const [edited, setEdited] = useState<number | null>(null)
  const { segments } = editing
  const originals = useMemo(
    () =>
      new Map(
        segments.flatMap(({ index, originalText }) =>
          originalText === undefined ? [] : [[String(index), originalText]],
        ),
      ),
    [segments],
  )
  const parts = useMemo(() => segments.map((segment) => segment.text), [segments])
  const find = useFind(parts)
  const [following, tellFollow] = useFollow()
  useCommands([
    {
      id: 'edit-spoken',
      label: t('transcript.editSpoken'),
      shortcut: 'e',
      group: t('edit.title'),
      run: () => setEdited(Math.max(0, spokenAt(segments, player.second()).segment)),
      disabled: segments.length === 0,
    },
    {
      id: 'follow',
      label: t('transcript.follow'),
      shortcut: 'f',
      group: t('player.title'),
      run: () => tellFollow(following ? 'declined' : 'asked'),
    },
  ])
  if (query.isPending) {
    return (
      <Stack mt="md" aria-hidden>
        {[92, 78, 85, 60].map((width) => (
          <Skeleton key={width} h={18} w={`${width}%`} />
        ))}
      </Stack>
    )
  }
  if (query.data === undefined) return <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
  if (segments.length === 0) return <NothingYet recording={recording} />
  const working = recording.status === 'running'
  return (
    <>
      <div className={classes.toolbar}>
        <FindBar find={find} />
        <Group gap={4} wrap="nowrap">
          <Tooltip label={t('transcript.followHint')}>
            <Button
              size="compact-sm"
              variant={following ? 'light' : 'default'}
              aria-pressed={following}
              leftSection={<IconArrowsVertical size={15} aria-hidden />}
              onClick={() => tellFollow(following ? 'declined' : 'asked')}
            >
              {t('transcript.follow')}
            </Button>
          </Tooltip>
          <EditControls
            editing={editing}
            originals={originals}
            onShow={(target) => list.current?.show(Number(target))}
          />
        </Group>
      </div>
      <SegmentList
        handle={list}
        segments={segments}
        speakers={recording.speakers}
        matches={find.matches}
        currentMatch={find.current}
        following={following}
        edited={edited}
        onEdit={setEdited}
        onChange={(index, text) => editing.change(String(index), text)}
      />
      {working && (
        <Center py="md" c="dimmed">
          <Group gap="sm">
            <Loader size="xs" aria-hidden />
            <Text size="sm">{t('transcript.more')}</Text>
          </Group>
        </Center>
      )}
      <ConflictDialog editing={editing} />
    </>
  )
}
