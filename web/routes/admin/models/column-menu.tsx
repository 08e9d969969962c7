/** Which columns the catalog shows; kept in this browser. */
import { Button, Checkbox, Popover, Stack } from '@mantine/core'
import { IconColumns3 } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'

interface ColumnMenuProps {
  columns: readonly { id: string; label: string }[]
  visibility: Record<string, boolean>
  onChange: (visibility: Record<string, boolean>) => void
}

export const ColumnMenu = ({ columns, visibility, onChange }: ColumnMenuProps): ReactElement => {
  const { t } = useTranslation()
  return (
    <Popover position="bottom-end" shadow="md" trapFocus withinPortal>
      <Popover.Target>
        <Button size="sm" variant="default" leftSection={<IconColumns3 size={16} aria-hidden />}>
          {t('admin.models.columns')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('admin.models.columns')}>
        <Stack gap={8} mah={420} style={{ overflowY: 'auto' }}>
          {columns.map(({ id, label }) => (
            <Checkbox
              key={id}
              size="sm"
              label={label}
              checked={visibility[id] !== false}
              onChange={(event) => onChange({ ...visibility, [id]: event.currentTarget.checked })}
            />
          ))}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
