/** What a user can do, as records: buttons, menus, the command palette and the keyboard read the same ones. */

export interface Command {
  id: string
  label: string
  /** `mod+k`, `shift+?`, `j`; `mod` is ⌘ on a Mac and Ctrl elsewhere. Several are allowed. */
  shortcut?: string | readonly string[]
  /** Heading it stands under in the palette and in the list of shortcuts. */
  group: string
  run: () => void
  /** Works while typing in a field too. */
  inFields?: boolean
  disabled?: boolean
}

export const shortcutsOf = (command: Pick<Command, 'shortcut'>): readonly string[] =>
  command.shortcut === undefined ? [] : typeof command.shortcut === 'string' ? [command.shortcut] : command.shortcut

export interface KeyPress {
  key: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
}

const names: Record<string, string> = { ' ': 'space', arrowleft: 'left', arrowright: 'right', escape: 'esc' }

export const matchesShortcut = (shortcut: string, press: KeyPress): boolean => {
  const parts = shortcut.toLowerCase().split('+')
  const key = parts.at(-1) ?? ''
  const pressed = press.key.toLowerCase()
  const isSign = /^[^a-z0-9]$/u.test(key)
  if ((names[pressed] ?? pressed) !== key) return false
  if (press.altKey !== parts.includes('alt')) return false
  if ((press.ctrlKey || press.metaKey) !== parts.includes('mod')) return false
  // A sign such as ? needs shift on some keyboards and not on others.
  return isSign || press.shiftKey === parts.includes('shift')
}

/** True for a shortcut of one key, which people who speak to their computer may want off. */
export const isSingleKey = (shortcut: string): boolean => !/mod|alt/u.test(shortcut)
