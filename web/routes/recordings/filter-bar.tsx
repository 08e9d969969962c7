import { CloseButton, Group, Select } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useRef, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { transcriptionStatuses } from '../../../src/http/contract/transcriptions.ts'
import { useCommands } from '../../commands/commands-provider.tsx'
import { AddressField } from '../../components/address-field.tsx'
import { LanguagePicker } from '../../components/language-picker.tsx'
import { periods, sorts, type ListFilters } from './use-filters.ts'
import classes from './recordings.module.css'

interface FilterBarProps {
  filters: ListFilters
  onChange: (change: Partial<ListFilters>) => void
}

export const FilterBar = ({ filters, onChange }: FilterBarProps): ReactElement => {
  const { t } = useTranslation()
  const search = useRef<HTMLInputElement>(null)
  useCommands([
    {
      id: 'search-recordings',
      label: t('recordings.search'),
      shortcut: '/',
      group: t('recordings.title'),
      run: () => search.current?.focus(),
    },
  ])
  return (
    <Group className={classes.filters} gap="xs" role="search" aria-label={t('recordings.search')}>
      <AddressField
        ref={search}
        className={classes.search ?? ''}
        value={filters.search}
        onChange={(words) => onChange({ search: words })}
        leftSection={<IconSearch size={17} aria-hidden />}
        placeholder={t('recordings.search')}
        aria-label={t('recordings.search')}
        rightSection={
          filters.search === '' ? null : (
            <CloseButton size="sm" aria-label={t('action.clear')} onClick={() => onChange({ search: '' })} />
          )
        }
      />
      <Select
        className={classes.filter ?? ''}
        aria-label={t('recordings.status')}
        placeholder={t('recordings.anyStatus')}
        clearable
        value={filters.status}
        onChange={(value) => onChange({ status: value })}
        data={transcriptionStatuses.map((value) => ({ value, label: t(`status.${value}`) }))}
      />
      <LanguagePicker
        className={classes.filter ?? ''}
        aria-label={t('recordings.language')}
        placeholder={t('recordings.anyLanguage')}
        clearable
        value={filters.language}
        onChange={(language) => onChange({ language })}
      />
      <Select
        className={classes.filter ?? ''}
        aria-label={t('recordings.period')}
        placeholder={t('recordings.anyTime')}
        clearable
        value={filters.period}
        onChange={(value) => onChange({ period: value })}
        data={periods.map((value) => ({ value, label: t(`recordings.periods.${value}`) }))}
      />
      <Select
        className={classes.filter ?? ''}
        aria-label={t('recordings.sort')}
        allowDeselect={false}
        value={filters.sort}
        onChange={(value) => onChange({ sort: value as ListFilters['sort'] })}
        data={sorts.map((value) => ({ value, label: t(`recordings.sorts.${value}`) }))}
      />
    </Group>
  )
}
