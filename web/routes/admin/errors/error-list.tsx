import { Badge, Table, Text, UnstyledButton } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { ErrorEntry } from '../../../../src/http/contract/error-log.ts'
import { WideTable } from '../../../components/wide-table.tsx'
import { translateCode } from '../../../describe-problem.ts'
import { formatTook } from '../../../format.ts'
import { TimeAgo } from '../time-ago.tsx'
import { operationName } from '../../credits/operation-name.ts'

interface ErrorListProps {
  items: readonly ErrorEntry[]
  onOpen: (id: string) => void
}

export const ErrorList = ({ items, onOpen }: ErrorListProps): ReactElement => {
  const { t, i18n } = useTranslation()
  return (
    <div className="card">
      <WideTable
        minWidth={860}
        columns={[
          t('admin.errors.time'),
          t('admin.errors.what'),
          t('admin.errors.model'),
          t('admin.errors.operation'),
          t('admin.errors.after'),
        ]}
      >
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
              <Badge color="gray">{operationName(t, entry.operation)}</Badge>
            </Table.Td>
            <Table.Td className="tabular">{formatTook(entry.durationMs, i18n.language)}</Table.Td>
          </Table.Tr>
        ))}
      </WideTable>
    </div>
  )
}
