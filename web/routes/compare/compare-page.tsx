/** Texts side by side with their differences marked; which ones stands in the address. */
import { Alert, Anchor, Group, Loader, Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconArrowLeft } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams, useSearchParams } from 'react-router'
import type { Transcription } from '../../../src/http/contract/transcriptions.ts'
import { Page } from '../../components/page.tsx'
import { ProblemAlert } from '../../components/problem-alert.tsx'
import { transcriptionQuery } from '../../queries.ts'
import { chooseTexts } from './choose-texts.ts'
import { Columns } from './columns.tsx'

const Comparing = ({ recording }: { recording: Transcription }): ReactElement => {
  const { t } = useTranslation()
  const [params, setParams] = useSearchParams()
  const done = recording.texts.filter((text) => text.status === 'done')
  const chosen = chooseTexts(done, (params.get('texts') ?? '').split(','))
  if (chosen.length < 2) return <Alert color="gray">{t('compare.tooFew')}</Alert>
  return (
    <Columns texts={done} chosen={chosen} onChoose={(ids) => setParams({ texts: ids.join(',') }, { replace: true })} />
  )
}

export const ComparePage = (): ReactElement => {
  const { t } = useTranslation()
  const { id = '' } = useParams()
  const query = useQuery(transcriptionQuery(id))
  return (
    <Page
      title={t('compare.title')}
      width={1480}
      actions={
        <Anchor component={Link} to={`/recordings/${id}`} size="sm">
          <Group gap={6} component="span">
            <IconArrowLeft size={16} aria-hidden />
            {query.data?.title ?? t('compare.back')}
          </Group>
        </Anchor>
      }
    >
      {query.error !== null && <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && (
        <Stack role="status" aria-label={t('state.loading')}>
          <Loader size="sm" aria-hidden />
          <Skeleton h={320} radius="lg" />
        </Stack>
      )}
      {query.data !== undefined && <Comparing recording={query.data} />}
    </Page>
  )
}
