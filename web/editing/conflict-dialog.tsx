import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Differences } from '../components/differences.tsx'
import { compareTexts } from '../transcript/compare-texts.ts'
import type { Editing } from './use-editing.ts'

/** The same place was changed in another tab or by another person: shows both, and the reader decides. */
export const ConflictDialog = ({ editing }: { editing: Editing }): ReactElement | null => {
  const { t } = useTranslation()
  const { state } = editing
  if (state.kind !== 'conflict') return null
  return (
    <Modal
      opened
      size="lg"
      onClose={() => undefined}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      title={t('edit.conflictTitle')}
    >
      <Stack gap="md">
        <Text size="sm">{t('edit.conflictHint')}</Text>
        {Object.entries(state.mine).map(([target, mine]) => (
          <Differences key={target} comparison={compareTexts(state.conflict.theirs[target] ?? '', mine)} />
        ))}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => editing.resolve('theirs')}>
            {t('edit.takeTheirs')}
          </Button>
          <Button onClick={() => editing.resolve('mine')}>{t('edit.keepMine')}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
