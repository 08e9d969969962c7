/** A table that scrolls sideways in its own box where the page is narrower. Its rows are the children. */
import { Table, VisuallyHidden, type TableProps } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'

interface Column {
  readonly label: string
  /** Numbers that are compared stand at the end of their column. */
  readonly align?: 'end'
  /** Said to screen readers only: what stands in the column explains itself. */
  readonly isHidden?: boolean
}

interface WideTableProps extends Pick<TableProps, 'fz' | 'verticalSpacing' | 'horizontalSpacing'> {
  /** In pixels; below it the table scrolls. */
  minWidth: number
  columns: readonly (string | Column)[]
  children: ReactNode
}

const Head = ({ label, align, isHidden = false }: Column): ReactElement => (
  <Table.Th {...(align !== undefined && { ta: align })}>
    {isHidden ? <VisuallyHidden>{label}</VisuallyHidden> : label}
  </Table.Th>
)

export const WideTable = ({ minWidth, columns, children, ...look }: WideTableProps): ReactElement => (
  <Table.ScrollContainer minWidth={minWidth}>
    <Table fz="sm" verticalSpacing={7} className="tabular" {...look}>
      <Table.Thead>
        <Table.Tr>
          {columns.map((column) => {
            const one = typeof column === 'string' ? { label: column } : column
            return <Head key={one.label} {...one} />
          })}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>{children}</Table.Tbody>
    </Table>
  </Table.ScrollContainer>
)
