import { Button, Group, Select } from '@mantine/core'
import { IconFilterOff, IconSearch } from '@tabler/icons-react'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { modelOperations } from '../../../../src/http/contract/model-admin.ts'
import { AddressField } from '../../../components/address-field.tsx'
import { modelStatuses, type ModelRow } from './model-row.ts'
import type { ModelFilters } from './use-model-filters.ts'

interface FilterBarProps {
  rows: readonly ModelRow[]
  filters: ModelFilters
  onChange: (changes: Partial<ModelFilters> | null) => void
  children: ReactNode
}

const unique = (values: readonly string[]): string[] => [...new Set(values)].toSorted()

export const FilterBar = ({ rows, filters, onChange, children }: FilterBarProps): ReactElement => {
  const { t } = useTranslation()
  const filter = (name: keyof ModelFilters, data: { value: string; label: string }[]): ReactElement => (
    <Select
      key={name}
      size="sm"
      w={{ base: 'calc(50% - 6px)', sm: 158 }}
      aria-label={t(`admin.models.filter.${name}`)}
      placeholder={t(`admin.models.filter.${name}`)}
      data={data}
      value={filters[name] === '' ? null : filters[name]}
      onChange={(value) => onChange({ [name]: value ?? '' })}
      clearable
    />
  )
  const same = (value: string): { value: string; label: string } => ({ value, label: value })
  const filtered = Object.values(filters).some((value) => value !== '')
  return (
    <Group gap="xs" mb="sm">
      <AddressField
        w={{ base: '100%', sm: 230 }}
        size="sm"
        type="search"
        aria-label={t('admin.models.filter.search')}
        placeholder={t('admin.models.filter.search')}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={filters.search}
        onChange={(search) => onChange({ search })}
      />
      {filter('provider', unique(rows.map(({ provider }) => provider)).map(same))}
      {filter(
        'status',
        modelStatuses.map((value) => ({ value, label: t(`admin.models.status.${value}`) })),
      )}
      {filter(
        'availability',
        (['available', 'unknown', 'not-found'] as const).map((value) => ({
          value,
          label: t(`admin.models.availability.${value}`),
        })),
      )}
      {filter(
        'mark',
        (['unavailable', 'errors'] as const).map((value) => ({ value, label: t(`admin.models.mark.${value}`) })),
      )}
      {filter(
        'operation',
        modelOperations.map((value) => ({ value, label: t(`admin.models.operation.${value}`) })),
      )}
      {filter(
        'capability',
        unique(rows.flatMap(({ capabilities, inputModalities }) => [...capabilities, ...inputModalities])).map(same),
      )}
      {children}
      {filtered && (
        <Button
          size="xs"
          variant="subtle"
          leftSection={<IconFilterOff size={15} aria-hidden />}
          onClick={() => onChange(null)}
        >
          {t('admin.clearFilters')}
        </Button>
      )}
    </Group>
  )
}
