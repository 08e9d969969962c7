import { Modal, Stack, Table, Text, Title } from '@mantine/core'
import { Spotlight } from '@mantine/spotlight'
import { IconSearch } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { shortcutsOf, type Command } from '../commands/command.ts'
import { useCommandList } from '../commands/commands-provider.tsx'
import { firstField } from './first-field.ts'
import { ShortcutKeys } from './shortcut-keys.tsx'

const byGroup = (commands: readonly Command[]): [string, Command[]][] =>
  Object.entries(Object.groupBy(commands, (command) => command.group)).map(([group, list]) => [group, list ?? []])

/** Every command that can run now, found by typing. */
export const CommandPalette = (): ReactElement => {
  const { t } = useTranslation()
  const commands = useCommandList().filter((command) => command.disabled !== true)
  const actions = byGroup(commands).map(([group, list]) => ({
    group,
    actions: list.map((command) => {
      const [shortcut] = shortcutsOf(command)
      return {
        id: command.id,
        label: command.label,
        onClick: command.run,
        ...(shortcut === undefined ? {} : { rightSection: <ShortcutKeys shortcut={shortcut} /> }),
      }
    }),
  }))
  return (
    <Spotlight
      actions={actions}
      shortcut={null}
      // At once, or the first letters of whoever presses its keys and types would go to the page.
      transitionProps={{ duration: 0 }}
      scrollable
      maxHeight={420}
      radius="lg"
      nothingFound={t('commands.nothingFound')}
      searchProps={{
        ...firstField,
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: t('commands.search'),
        'aria-label': t('commands.search'),
      }}
    />
  )
}

interface ShortcutsHelpProps {
  opened: boolean
  onClose: () => void
}

export const ShortcutsHelp = ({ opened, onClose }: ShortcutsHelpProps): ReactElement => {
  const { t } = useTranslation()
  const commands = useCommandList().filter((command) => command.shortcut !== undefined)
  return (
    <Modal opened={opened} onClose={onClose} title={t('commands.shortcuts')}>
      <Stack gap="lg">
        {byGroup(commands).map(([group, list]) => (
          <section key={group}>
            <Title order={2} fz="sm" c="dimmed" mb={4}>
              {group}
            </Title>
            <Table verticalSpacing={6} horizontalSpacing={0}>
              <Table.Tbody>
                {list.map((command) => (
                  <Table.Tr key={command.id}>
                    <Table.Td>
                      <Text size="sm">{command.label}</Text>
                    </Table.Td>
                    <Table.Td w={130} align="right">
                      {shortcutsOf(command).map((shortcut) => (
                        <ShortcutKeys key={shortcut} shortcut={shortcut} />
                      ))}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </section>
        ))}
        <Text size="sm" c="dimmed">
          {t('commands.singleKeysHint')}
        </Text>
      </Stack>
    </Modal>
  )
}
