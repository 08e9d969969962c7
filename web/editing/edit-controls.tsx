import { ActionIcon, Button, Group, Text, Tooltip } from '@mantine/core'
import { IconArrowBackUp, IconArrowForwardUp } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { RestoreOriginal } from './restore-original.tsx'
import { useCommands } from '../commands/commands-provider.tsx'
import type { Editing } from './use-editing.ts'

interface EditControlsProps {
  editing: Editing
  /** Shows the place that undo or redo wrote to. */
  onShow?: (target: string) => void
  /** What stood at the changed places before anybody changed them. */
  originals: ReadonlyMap<string, string>
}

/** Undo, redo, and whether everything is saved. */
export const EditControls = ({ editing, onShow, originals }: EditControlsProps): ReactElement => {
  const { t } = useTranslation()
  const show = (target: string | null): void => {
    if (target !== null) onShow?.(target)
  }
  const undo = (): void => show(editing.undo())
  const redo = (): void => show(editing.redo())
  const group = t('edit.title')
  useCommands([
    {
      id: 'undo',
      label: t('edit.undo'),
      shortcut: 'mod+z',
      group,
      run: undo,
      inFields: true,
      disabled: !editing.canUndo,
    },
    {
      id: 'redo',
      label: t('edit.redo'),
      shortcut: ['mod+shift+z', 'mod+y'],
      group,
      run: redo,
      inFields: true,
      disabled: !editing.canRedo,
    },
  ])
  const { kind } = editing.state
  const shown = kind !== 'saved' || editing.canUndo || editing.canRedo
  return (
    <Group gap={2} wrap="nowrap">
      <Text
        size="xs"
        c={kind === 'failed' ? 'var(--mantine-color-error)' : 'dimmed'}
        role="status"
        data-save-state={kind}
        style={{ whiteSpace: 'nowrap' }}
      >
        {shown ? t(`edit.state.${kind}`) : ''}
      </Text>
      {kind === 'failed' && (
        <Button size="compact-xs" variant="subtle" color="rose" onClick={() => void editing.flush()}>
          {t('action.tryAgain')}
        </Button>
      )}
      <RestoreOriginal editing={editing} originals={originals} />
      <Tooltip label={t('edit.undo')}>
        <ActionIcon aria-label={t('edit.undo')} disabled={!editing.canUndo} onClick={undo}>
          <IconArrowBackUp size={18} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t('edit.redo')}>
        <ActionIcon aria-label={t('edit.redo')} disabled={!editing.canRedo} onClick={redo}>
          <IconArrowForwardUp size={18} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </Group>
  )
}
