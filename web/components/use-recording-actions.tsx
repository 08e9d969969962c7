/** What can be done to a whole recording, from the list and from its own page. */
import { Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import {
  cancelTranscription,
  deleteTranscription,
  retryTranscription,
  type TranscriptionSummary,
} from '../../src/http/contract/transcriptions.ts'
import { call } from '../api.ts'
import { describeProblem } from '../describe-problem.ts'

export interface RecordingActions {
  cancel: () => void
  retry: () => void
  /** Asks first; nothing can bring a deleted recording back. */
  confirmDelete: () => void
}

export const useRecordingActions = (
  recording: Pick<TranscriptionSummary, 'id' | 'title'>,
  onDeleted?: () => void,
): RecordingActions => {
  const { t } = useTranslation()
  const client = useQueryClient()
  const params = { id: recording.id }
  const refresh = (): void => {
    void client.invalidateQueries({ queryKey: ['transcriptions'] })
    void client.invalidateQueries({ queryKey: ['transcription', recording.id] })
  }
  const onError = (error: unknown): void => {
    const problem = describeProblem(t, error)
    notifications.show({ color: 'rose', title: problem.title, message: problem.advice })
  }
  const cancel = useMutation({
    mutationFn: async () => await call(cancelTranscription, { params }),
    onSuccess: refresh,
    onError,
  })
  const retry = useMutation({
    mutationFn: async () => await call(retryTranscription, { params }),
    onSuccess: refresh,
    onError,
  })
  const remove = useMutation({
    mutationFn: async () => await call(deleteTranscription, { params }),
    onSuccess: () => {
      onDeleted?.()
      client.removeQueries({ queryKey: ['transcription', recording.id] })
      void client.invalidateQueries({ queryKey: ['transcriptions'] })
      notifications.show({ message: t('recording.deleted', { title: recording.title }) })
    },
    onError,
  })
  return {
    cancel: () => cancel.mutate(),
    retry: () => retry.mutate(),
    confirmDelete: () =>
      modals.openConfirmModal({
        title: t('recording.deleteTitle'),
        children: <Text size="sm">{t('recording.deleteHint', { title: recording.title })}</Text>,
        labels: { confirm: t('recording.delete'), cancel: t('action.keep') },
        confirmProps: { color: 'rose' },
        withCloseButton: false,
        onConfirm: () => remove.mutate(),
      }),
  }
}
