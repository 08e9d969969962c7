/** The catalog as a table of any length: only the rows in sight are in the page. */
import { UnstyledButton } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useTable, type RowSelectionState, type SortingState, type ColumnVisibilityState } from '@tanstack/react-table'
import { IconArrowDown, IconArrowUp, IconArrowsSort } from '@tabler/icons-react'
import { useRef, type Dispatch, type ReactElement, type SetStateAction } from 'react'
import { useTranslation } from 'react-i18next'
import { modelTableFeatures, type createModelColumns } from './model-columns.tsx'
import { markOf, type ModelRow } from './model-row.ts'
import { useRowsInSight } from './use-rows-in-sight.ts'
import classes from './models.module.css'

export interface ModelsTableProps {
  rows: ModelRow[]
  columns: ReturnType<typeof createModelColumns>
  sorting: SortingState
  onSorting: Dispatch<SetStateAction<SortingState>>
  visibility: ColumnVisibilityState
  selection: RowSelectionState
  onSelection: Dispatch<SetStateAction<RowSelectionState>>
}

const sortIcons = { asc: IconArrowUp, desc: IconArrowDown, none: IconArrowsSort }
const sortWords = { asc: 'ascending', desc: 'descending', none: 'none' } as const

/** On a phone a row has a line more, and the name fills what choosing and acts leave of the frame. */
const rowHeights = { wide: 46, phone: 68 } as const
const nameWidthOnPhone = 'calc(100vw - 134px)'

/** Stands for the rows out of sight. */
const Spacer = ({ height }: { height: number }): ReactElement | null =>
  height > 0 ? (
    <tr data-spacer aria-hidden="true">
      <td style={{ height }} />
    </tr>
  ) : null

export const ModelsTable = (props: ModelsTableProps): ReactElement => {
  const { rows, columns, sorting, onSorting, visibility, selection, onSelection } = props
  const { t } = useTranslation()
  const frame = useRef<HTMLDivElement>(null)
  const isPhone = useMediaQuery('(max-width: 30em)', false, { getInitialValueInEffect: false })
  const table = useTable({
    features: modelTableFeatures,
    columns,
    data: rows,
    getRowId: (row) => row.ref,
    state: { sorting, columnVisibility: visibility, rowSelection: selection },
    onSortingChange: onSorting,
    onRowSelectionChange: onSelection,
    enableSortingRemoval: false,
  })
  const sorted = table.getRowModel().rows
  const { items, above, below } = useRowsInSight(frame, sorted.length, isPhone ? rowHeights.phone : rowHeights.wide)
  const headers = table.getHeaderGroups()[0]?.headers ?? []
  const isNameOnPhone = (id: string): boolean => isPhone && id === 'displayName'
  const width = headers.reduce((sum, { id, column }) => sum + (isNameOnPhone(id) ? 0 : column.getSize()), 0)
  return (
    <div
      ref={frame}
      className={`card ${classes.frame ?? ''}`}
      role="region"
      aria-label={t('admin.models.table')}
      tabIndex={0}
    >
      <table
        className={classes.table}
        style={{ width: '100%', minWidth: isPhone ? `calc(${width}px + ${nameWidthOnPhone})` : width }}
        aria-rowcount={sorted.length + 1}
      >
        <colgroup>
          {headers.map(({ id, column }) => (
            <col key={id} style={{ width: isNameOnPhone(id) ? nameWidthOnPhone : column.getSize() }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {headers.map((header) => {
              const sort = header.column.getIsSorted() || 'none'
              const Icon = sortIcons[sort]
              if (!header.column.getCanSort()) {
                return (
                  <th key={header.id} scope="col">
                    <table.FlexRender header={header} />
                  </th>
                )
              }
              return (
                <th key={header.id} scope="col" aria-sort={sortWords[sort]}>
                  <UnstyledButton className={classes.sort ?? ''} onClick={header.column.getToggleSortingHandler()}>
                    <table.FlexRender header={header} />
                    <Icon size={13} aria-hidden opacity={sort === 'none' ? 0.45 : 1} />
                  </UnstyledButton>
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          <Spacer height={above} />
          {items.map(({ index, key }) => {
            const row = sorted[index]
            if (row === undefined) return null
            const mark = markOf(row.original)
            return (
              <tr
                key={key}
                aria-rowindex={index + 2}
                aria-selected={row.getIsSelected() || undefined}
                data-model={row.original.ref}
                {...(mark !== null && { 'data-mark': mark })}
              >
                {row.getVisibleCells().map((cell) => (
                  <td key={cell.id} className={classes.number ?? ''}>
                    <table.FlexRender cell={cell} />
                  </td>
                ))}
              </tr>
            )
          })}
          <Spacer height={below} />
        </tbody>
      </table>
    </div>
  )
}
