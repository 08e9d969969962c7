/** One recording: loads it and decides what can be shown. */
import { Button, Group, Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconFileOff } from '@tabler/icons-react'
import { useEffect, useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import type { Transcription } from '../../../src/http/contract/transcriptions.ts'
import { ApiError } from '../../api.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { Page } from '../../components/page.tsx'
import { ProblemAlert } from '../../components/problem-alert.tsx'
import { createPlayer } from '../../player/player.ts'
import { PlayerContext } from '../../player/use-player.ts'
import { transcriptionQuery } from '../../queries.ts'
import { RecordingView } from './recording-view.tsx'

const Loading = (): ReactElement => {
  const { t } = useTranslation()
  return (
    <Page title={t('state.loading')} width={1240}>
      <Stack aria-hidden>
        <Skeleton h={34} w={320} />
        <Skeleton h={20} w={220} />
        <Skeleton h={420} radius="lg" />
      </Stack>
    </Page>
  )
}

const Missing = (): ReactElement => {
  const { t } = useTranslation()
  return (
    <Page title={t('recording.missingTitle')}>
      <EmptyState icon={<IconFileOff size={46} stroke={1.3} aria-hidden />} title={t('recording.missing')}>
        {t('recording.missingHint')}
      </EmptyState>
      <Group justify="center">
        <Button component={Link} to="/" variant="light">
          {t('notFound.back')}
        </Button>
      </Group>
    </Page>
  )
}

const WithPlayer = ({ recording }: { recording: Transcription }): ReactElement => {
  const [player] = useState(() => createPlayer(recording.durationSecond))
  return (
    <PlayerContext value={player}>
      <RecordingView recording={recording} />
    </PlayerContext>
  )
}

const isMissing = (error: unknown): boolean =>
  error instanceof ApiError && (error.code === 'not-found' || error.code === 'invalid-request')

export const RecordingPage = (): ReactElement => {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const query = useQuery(transcriptionQuery(id))
  const { refetch } = query
  const writing = query.data?.texts.some((text) => text.status === 'running') === true
  const working = query.data?.status === 'running' || query.data?.status === 'queued' || writing
  useEffect(() => {
    // The stream tells of every step; this only mends a page whose stream is blocked by something between.
    if (!working) return
    const timer = setInterval(() => void refetch(), 20_000)
    return () => clearInterval(timer)
  }, [working, refetch])
  if (query.isPending) return <Loading />
  if (isMissing(query.error)) return <Missing />
  if (query.data === undefined) {
    return (
      <Page title={t('recordings.title')}>
        <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
      </Page>
    )
  }
  return <WithPlayer key={id} recording={query.data} />
}
