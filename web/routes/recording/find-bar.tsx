import { ActionIcon, Group, Text, TextInput } from '@mantine/core'
import { IconChevronDown, IconChevronUp, IconSearch } from '@tabler/icons-react'
import { useRef, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useCommands } from '../../commands/commands-provider.tsx'
import type { Find } from './use-find.ts'
import classes from './recording.module.css'

export const FindBar = ({ find }: { find: Find }): ReactElement => {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  const focus = (): void => {
    input.current?.focus()
    input.current?.select()
  }
  const group = t('find.title')
  const none = find.matches.length === 0
  useCommands([
    { id: 'find', label: t('find.open'), shortcut: ['/', 'mod+f'], group, run: focus },
    { id: 'find-next', label: t('find.next'), shortcut: ['n', 'mod+g'], group, run: () => find.go(1), disabled: none },
    {
      id: 'find-previous',
      label: t('find.previous'),
      shortcut: ['shift+n', 'mod+shift+g'],
      group,
      run: () => find.go(-1),
      disabled: none,
    },
  ])
  return (
    <Group gap={2} wrap="nowrap" className={classes.find ?? ''} role="search" aria-label={t('find.title')}>
      <TextInput
        ref={input}
        flex={1}
        size="sm"
        value={find.query}
        placeholder={t('find.title')}
        aria-label={t('find.title')}
        leftSection={<IconSearch size={16} aria-hidden />}
        onChange={(event) => find.setQuery(event.currentTarget.value)}
        onKeyDown={(press) => {
          if (press.key === 'Enter') find.go(press.shiftKey ? -1 : 1)
          if (press.key === 'Escape') find.setQuery('')
        }}
      />
      {find.query.trim() !== '' && (
        <>
          <Text size="xs" c="dimmed" className={`tabular ${classes.findCount ?? ''}`} role="status">
            {none ? t('find.none') : t('find.count', { n: find.current + 1, m: find.matches.length })}
          </Text>
          <ActionIcon aria-label={t('find.previous')} disabled={none} onClick={() => find.go(-1)}>
            <IconChevronUp size={17} aria-hidden />
          </ActionIcon>
          <ActionIcon aria-label={t('find.next')} disabled={none} onClick={() => find.go(1)}>
            <IconChevronDown size={17} aria-hidden />
          </ActionIcon>
        </>
      )}
    </Group>
  )
}
