/**
 * A chart with its title, the same numbers as a table, and both as files. The table is what a screen reader is given:
 * a drawing has no words.
 */
import { ActionIcon, Group, Menu, Table, Text, Title } from '@mantine/core'
import { IconChartLine, IconDownload, IconTable } from '@tabler/icons-react'
import { useRef, useState, type ReactElement, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { saveFile, toFileName } from './save-file.ts'
import { toCsv, type CsvValue } from './to-csv.ts'
import classes from './charts.module.css'

export interface ChartTable {
  header: readonly string[]
  /** As they are, for the file. */
  rows: readonly (readonly CsvValue[])[]
  /** As people read them. */
  shown: readonly (readonly string[])[]
}

interface ChartCardProps {
  title: string
  description?: string
  table: ChartTable
  /** Said in place of the chart when there is nothing to draw. */
  empty?: string | null
  children: ReactNode
}

const PICTURE_PADDING = 16
const PICTURE_TITLE = 34

const toHeading = (title: string): HTMLElement => {
  const heading = document.createElement('div')
  heading.textContent = title
  const { color, fontFamily } = getComputedStyle(document.body)
  Object.assign(heading.style, { color, fontFamily, fontSize: '16px', fontWeight: '650', height: `${PICTURE_TITLE}px` })
  return heading
}

/** The drawing with its title above it and room around it, as it stands in a report. */
const savePicture = async (node: HTMLElement, title: string): Promise<void> => {
  // Loaded when it is wanted: few save pictures.
  const { domToBlob } = await import('modern-screenshot')
  const width = node.offsetWidth + 2 * PICTURE_PADDING
  const height = node.offsetHeight + 2 * PICTURE_PADDING + PICTURE_TITLE
  const picture = await domToBlob(node, {
    scale: 2,
    backgroundColor: getComputedStyle(document.body).backgroundColor,
    font: false,
    width,
    height,
    // The browser's own margin of a figure comes back in the copy, and would push the drawing out of the picture.
    style: { margin: '0', padding: `${PICTURE_PADDING}px`, width: `${width}px`, boxSizing: 'border-box' },
    onCloneNode: (copy) => (copy as HTMLElement).prepend(toHeading(title)),
  })
  saveFile(picture, toFileName(title, 'png'))
}

const DataTable = ({ title, table }: { title: string; table: ChartTable }): ReactElement => (
  <div className={classes.tableFrame} tabIndex={0} role="group" aria-label={title}>
    <Table verticalSpacing={4} fz="sm" stickyHeader className="tabular">
      <Table.Thead>
        <Table.Tr>
          {table.header.map((name) => (
            <Table.Th key={name}>{name}</Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {table.shown.map((row, index) => (
          <Table.Tr key={index}>
            {row.map((cell, column) => (
              <Table.Td key={column}>{cell}</Table.Td>
            ))}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  </div>
)

export const ChartCard = ({ title, description, table, empty = null, children }: ChartCardProps): ReactElement => {
  const { t } = useTranslation()
  const drawing = useRef<HTMLElement>(null)
  const [asTable, setAsTable] = useState(false)
  return (
    <section className={`card ${classes.card ?? ''}`} aria-label={title}>
      <Group justify="space-between" wrap="nowrap" align="flex-start" mb="sm">
        <div>
          <Title order={2}>{title}</Title>
          {description !== undefined && (
            <Text size="xs" c="dimmed">
              {description}
            </Text>
          )}
        </div>
        <Group gap={4} wrap="nowrap">
          <ActionIcon
            aria-label={asTable ? t('admin.chart.asChart', { title }) : t('admin.chart.asTable', { title })}
            onClick={() => setAsTable(!asTable)}
          >
            {asTable ? <IconChartLine size={17} aria-hidden /> : <IconTable size={17} aria-hidden />}
          </ActionIcon>
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon aria-label={t('admin.chart.export', { title })}>
                <IconDownload size={17} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                onClick={() =>
                  saveFile(
                    new Blob([toCsv(table.header, table.rows)], { type: 'text/csv;charset=utf-8' }),
                    toFileName(title, 'csv'),
                  )
                }
              >
                {t('admin.chart.csv')}
              </Menu.Item>
              <Menu.Item
                disabled={asTable || empty !== null}
                onClick={() => drawing.current !== null && void savePicture(drawing.current, title)}
              >
                {t('admin.chart.png')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
      </Group>
      {asTable ? (
        <DataTable title={title} table={table} />
      ) : empty === null ? (
        <figure ref={drawing} className={classes.figure} aria-label={title}>
          {children}
        </figure>
      ) : (
        <Text size="sm" c="dimmed" py="xl" ta="center">
          {empty}
        </Text>
      )}
    </section>
  )
}
