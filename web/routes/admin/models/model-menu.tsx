import { ActionIcon, Menu } from '@mantine/core'
import { IconDotsVertical, IconEdit, IconHistory, IconMessageQuestion, IconTrash } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { ModelRow } from './model-row.ts'
import type { ModelActs } from './use-model-acts.tsx'

interface ModelMenuProps {
  row: ModelRow
  acts: ModelActs
  onOpen: (row: ModelRow) => void
}

export const ModelMenu = ({ row, acts, onOpen }: ModelMenuProps): ReactElement => {
  const { t } = useTranslation()
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon aria-label={t('admin.models.menuNamed', { name: row.ref })}>
          <IconDotsVertical size={17} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconMessageQuestion size={16} aria-hidden />} onClick={() => acts.test(row)}>
          {t('admin.models.test')}
        </Menu.Item>
        <Menu.Item leftSection={<IconHistory size={16} aria-hidden />} onClick={() => onOpen(row)}>
          {t('admin.models.openHistory')}
        </Menu.Item>
        <Menu.Item leftSection={<IconEdit size={16} aria-hidden />} onClick={() => acts.openForm(row)}>
          {t('admin.models.edit')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item color="rose" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => acts.remove([row])}>
          {t('admin.models.remove')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
