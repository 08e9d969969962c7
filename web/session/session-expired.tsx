import { Modal, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { SignInForm } from './sign-in-form.tsx'
import { useUploadQueue } from '../uploads/use-uploads.ts'

/** Stands over the page until the same person is back; the page behind keeps what was typed. */
export const SessionExpired = ({ email }: { email: string }): ReactElement => {
  const { t } = useTranslation()
  const client = useQueryClient()
  const queue = useUploadQueue()
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      title={t('session.expired')}
      overlayProps={{ backgroundOpacity: 0.7, blur: 10 }}
    >
      <Text size="sm" c="dimmed" mb="md">
        {t('session.expiredHint')}
      </Text>
      <SignInForm
        email={email}
        fixedEmail
        onSignedIn={() => {
          queue.wake()
          void client.invalidateQueries()
        }}
      />
    </Modal>
  )
}
