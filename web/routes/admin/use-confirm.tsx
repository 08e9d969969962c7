import { Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { useTranslation } from 'react-i18next'

interface Question {
  title: string
  text: string
  confirm: string
  onConfirm: () => void
}

/** Asks before an act that cannot be taken back. */
export const useConfirm = (): ((question: Question) => void) => {
  const { t } = useTranslation()
  return ({ title, text, confirm, onConfirm }) =>
    void modals.openConfirmModal({
      title,
      children: <Text size="sm">{text}</Text>,
      labels: { confirm, cancel: t('action.cancel') },
      confirmProps: { color: 'rose' },
      withCloseButton: false,
      onConfirm,
    })
}
