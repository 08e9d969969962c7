import { Stack, TextInput } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { updateTranscription, type Transcription } from '../../../src/http/contract/transcriptions.ts'
import { call } from '../../api.ts'
import { ProblemAlert } from '../../components/problem-alert.tsx'
import { segmentsQuery, transcriptionQuery } from '../../queries.ts'
import { Panel } from './panel.tsx'

/** Names for the speakers the engine told apart; nothing where it told none. */
export const Speakers = ({ recording }: { recording: Transcription }): ReactElement | null => {
  const { t } = useTranslation()
  const client = useQueryClient()
  const segments = useQuery(segmentsQuery(recording.id))
  const labels = useMemo(() => {
    const heard = (segments.data?.items ?? []).flatMap((segment) => (segment.speaker === null ? [] : [segment.speaker]))
    return [...new Set([...heard, ...Object.keys(recording.speakers)])]
  }, [segments.data, recording.speakers])
  const rename = useMutation({
    mutationFn: async (speakers: Record<string, string>) =>
      await call(updateTranscription, { params: { id: recording.id }, body: { speakers } }),
    onSuccess: (saved) => client.setQueryData(transcriptionQuery(recording.id).queryKey, saved),
  })
  if (labels.length === 0) return null
  return (
    <Panel title={t('speakers.title')}>
      <Stack gap={8}>
        {rename.error !== null && <ProblemAlert error={rename.error} />}
        {labels.map((label) => (
          <TextInput
            key={label}
            size="xs"
            label={label}
            placeholder={t('speakers.name')}
            maxLength={100}
            defaultValue={recording.speakers[label] ?? ''}
            onBlur={(event) => {
              const name = event.currentTarget.value.trim()
              if (name !== (recording.speakers[label] ?? '')) rename.mutate({ ...recording.speakers, [label]: name })
            }}
            onKeyDown={(press) => {
              if (press.key === 'Enter') press.currentTarget.blur()
            }}
          />
        ))}
      </Stack>
    </Panel>
  )
}
