/** Brings back what was recognized or made, also after the page was closed in between; undo takes that back. */
import { ActionIcon, Text, Tooltip } from '@mantine/core'
import { modals } from '@mantine/modals'
import { IconRestore } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useCommands } from '../commands/commands-provider.tsx'
import type { Editing } from './use-editing.ts'

interface RestoreOriginalProps {
  editing: Editing
  originals: ReadonlyMap<string, string>
}

export const RestoreOriginal = ({ editing, originals }: RestoreOriginalProps): ReactElement | null => {
  const { t } = useTranslation()
  const count = originals.size
  const confirm = (): void => {
    modals.openConfirmModal({
      title: t('edit.restoreTitle'),
      children: <Text size="sm">{t('edit.restoreHint', { count })}</Text>,
      labels: { confirm: t('edit.restore'), cancel: t('action.keep') },
      withCloseButton: false,
      onConfirm: () => editing.changeAll(originals),
    })
  }
  useCommands([
    { id: 'restore-original', label: t('edit.restore'), group: t('edit.title'), run: confirm, disabled: count === 0 },
  ])
  if (count === 0) return null
  return (
    <Tooltip label={t('edit.restore')}>
      <ActionIcon aria-label={t('edit.restore')} onClick={confirm}>
        <IconRestore size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}
