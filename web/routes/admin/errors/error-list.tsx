import { Badge, Table, Text, UnstyledButton } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { ErrorEntry } from '../../../../src/http/contract/error-log.ts'
import { translateCode } from '../../../describe-problem.ts'
import { formatDuration } from '../format-admin.ts'
import { TimeAgo } from '../time-ago.tsx'

interface ErrorListProps {
  items: readonly ErrorEntry[]
  onOpen: (id: string) => void
}

export const ErrorList = ({ items, onOpen }: ErrorListProps): ReactElement => {
  const { t, i18n } = useTranslation()
  return (
    <div className="card">
      <Table.ScrollContainer minWidth={860}>
        <Table verticalSpacing={7} fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('admin.errors.time')}</Table.Th>
              <Table.Th>{t('admin.errors.what')}</Table.Th>
              <Table.Th>{t('admin.errors.model')}</Table.Th>
              <Table.Th>{t('admin.errors.operation')}</Table.Th>
              <Table.Th>{t('admin.errors.after')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((entry) => (
              <Table.Tr key={entry.id} data-error={entry.code}>
                <Table.Td style={{ whiteSpace: 'nowrap' }}>
                  <TimeAgo iso={entry.at} />
                </Table.Td>
                <Table.Td>
                  <UnstyledButton onClick={() => onOpen(entry.id)}>
                    <Text size="sm" fw={550} td="underline">
                      {translateCode(t, entry.code, entry).title}
                    </Text>
                  </UnstyledButton>
                  <Text size="xs" c="dimmed" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
                    {entry.message}
                  </Text>
                </Table.Td>
                <Table.Td>
                  {entry.model}
                  <Text size="xs" c="dimmed">
                    {entry.provider}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <Badge color="gray">{entry.operation}</Badge>
                </Table.Td>
                <Table.Td className="tabular">{formatDuration(entry.durationMs, i18n.language)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </div>
  )
}
