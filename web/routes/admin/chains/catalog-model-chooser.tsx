/** The next model of a chain of the house: any that is switched on, even one that nobody can use at the moment. */
import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { ChooserProps } from '../../../components/chain-form.tsx'
import { catalogQuery } from '../admin-queries.ts'

export const CatalogModelChooser = ({ models, isFull, onAdd }: ChooserProps): ReactElement => {
  const { t } = useTranslation()
  const catalog = useQuery(catalogQuery)
  const choices = (catalog.data?.models ?? [])
    .filter((model) => model.active && !models.includes(model.ref))
    .map((model) => ({ value: model.ref, label: `${model.displayName} (${model.ref})` }))
  return (
    <Select
      label={t('chains.next')}
      data={choices}
      value={null}
      onChange={(value) => value !== null && onAdd(value)}
      searchable
      limit={60}
      disabled={isFull}
    />
  )
}
