/** Which entries are shown; the same go into the file. */
import { Button, Group, Select, TextInput } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { chargedOperations, entryKinds } from '../../../src/http/contract/credits.ts'
import { entriesPath, type EntryFilters as Filters, type Whose } from './credit-queries.ts'

/** As they stand in the fields; days are those of the reader. */
export interface EntryWish {
  kind: string
  operation: string
  model: string
  from: string
  to: string
}
export const noWish: EntryWish = { kind: '', operation: '', model: '', from: '', to: '' }

const startOf = (day: string, plusDays = 0): string => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date + plusDays).toISOString()
}

export const toFilters = ({ kind, operation, model, from, to }: EntryWish): Filters => ({
  ...(kind !== '' && { kind: entryKinds.find((one) => one === kind) }),
  ...(operation !== '' && { operation }),
  ...(model.trim() !== '' && { model: model.trim() }),
  ...(from !== '' && { from: startOf(from) }),
  // The last day is shown to its end.
  ...(to !== '' && { to: startOf(to, 1) }),
})

const csvAddress = (whose: Whose, filters: Filters): string => {
  const search = new URLSearchParams({ format: 'csv' })
  for (const [name, value] of Object.entries(filters)) if (value !== undefined) search.set(name, value)
  return `${entriesPath(whose)}?${search.toString()}`
}

interface FieldProps {
  label: string
  value: string
  onChange: (value: string) => void
}

const Choice = (props: FieldProps & { data: { value: string; label: string }[] }): ReactElement => {
  const { t } = useTranslation()
  const { label, value, onChange, data } = props
  return (
    <Select
      size="sm"
      w={{ base: '100%', xs: 170 }}
      label={label}
      placeholder={t('credits.all')}
      data={data}
      value={value === '' ? null : value}
      onChange={(chosen) => onChange(chosen ?? '')}
      clearable
    />
  )
}

const Day = ({ label, value, onChange }: FieldProps): ReactElement => (
  <TextInput
    size="sm"
    type="date"
    w={{ base: 'calc(50% - 5px)', xs: 150 }}
    label={label}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
  />
)

interface EntryFiltersProps {
  whose: Whose
  wish: EntryWish
  filters: Filters
  onChange: (wish: EntryWish) => void
}

export const EntryFilters = ({ whose, wish, filters, onChange }: EntryFiltersProps): ReactElement => {
  const { t } = useTranslation()
  const set = (change: Partial<EntryWish>) => onChange({ ...wish, ...change })
  return (
    <Group gap="xs" mb="md" align="flex-end">
      <Choice
        label={t('credits.kindLabel')}
        data={entryKinds.map((kind) => ({ value: kind, label: t(`credits.kind.${kind}`) }))}
        value={wish.kind}
        onChange={(kind) => set({ kind })}
      />
      <Choice
        label={t('credits.operation')}
        data={chargedOperations.map((operation) => ({ value: operation, label: t(`operation.${operation}`) }))}
        value={wish.operation}
        onChange={(operation) => set({ operation })}
      />
      <TextInput
        size="sm"
        w={{ base: '100%', xs: 200 }}
        label={t('credits.model')}
        placeholder={t('credits.all')}
        value={wish.model}
        onChange={(event) => set({ model: event.currentTarget.value })}
      />
      <Day label={t('credits.from')} value={wish.from} onChange={(from) => set({ from })} />
      <Day label={t('credits.to')} value={wish.to} onChange={(to) => set({ to })} />
      <Button
        component="a"
        href={csvAddress(whose, filters)}
        download="credits.csv"
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden />}
      >
        {t('credits.csv')}
      </Button>
    </Group>
  )
}
