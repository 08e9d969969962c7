import { Group, Kbd } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'

const isMac = /Mac|iPhone|iPad/u.test(navigator.userAgent)

/** A shortcut as keys to press. */
export const ShortcutKeys = ({ shortcut }: { shortcut: string }): ReactElement => {
  const { t } = useTranslation()
  const nameOf = (part: string): string => {
    if (part === 'mod') return isMac ? '⌘' : 'Ctrl'
    if (part === 'shift') return '⇧'
    if (part === 'space') return t('keys.space')
    if (part === 'left') return '←'
    if (part === 'right') return '→'
    return part.length === 1 ? part.toUpperCase() : part.charAt(0).toUpperCase() + part.slice(1)
  }
  return (
    <Group gap={4} wrap="nowrap" component="span">
      {shortcut.split('+').map((part) => (
        <Kbd key={part} size="xs">
          {nameOf(part)}
        </Kbd>
      ))}
    </Group>
  )
}
