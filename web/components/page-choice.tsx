/** Which page of a long list is shown; nothing where all of it fits on one. */
import { Center, Pagination } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'

interface PageChoiceProps {
  /** Entries of all pages together. */
  total: number
  pageSize: number
  page: number
  onChange: (page: number) => void
}

export const PageChoice = ({ total, pageSize, page, onChange }: PageChoiceProps): ReactElement | null => {
  const { t } = useTranslation()
  if (total <= pageSize) return null
  return (
    <Center mt="md">
      <Pagination
        total={Math.ceil(total / pageSize)}
        value={page}
        onChange={onChange}
        getControlProps={(control) => ({ 'aria-label': t(`pages.${control}`) })}
        getItemProps={(item) => ({ 'aria-label': t('pages.number', { page: item }) })}
      />
    </Center>
  )
}
