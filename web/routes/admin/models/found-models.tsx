/** The models that the filters leave, or why there are none. */
import { Button } from '@mantine/core'
import { IconMoodEmpty, IconSearchOff } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../../../components/empty-state.tsx'
import { ModelsTable, type ModelsTableProps } from './models-table.tsx'

interface FoundModelsProps extends ModelsTableProps {
  isCatalogEmpty: boolean
  onClearFilters: () => void
}

export const FoundModels = ({ isCatalogEmpty, onClearFilters, ...table }: FoundModelsProps): ReactElement => {
  const { t } = useTranslation()
  if (isCatalogEmpty) {
    return (
      <EmptyState icon={<IconMoodEmpty size={42} stroke={1.3} aria-hidden />} title={t('admin.models.none')}>
        {t('admin.models.noneHint')}
      </EmptyState>
    )
  }
  if (table.rows.length === 0) {
    return (
      <EmptyState icon={<IconSearchOff size={42} stroke={1.3} aria-hidden />} title={t('admin.models.noneFound')}>
        <Button variant="light" onClick={onClearFilters}>
          {t('admin.clearFilters')}
        </Button>
      </EmptyState>
    )
  }
  return <ModelsTable {...table} />
}
