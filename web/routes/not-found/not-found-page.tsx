import { Button } from '@mantine/core'
import { IconMapQuestion } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { EmptyState } from '../../components/empty-state.tsx'
import { Page } from '../../components/page.tsx'

export const NotFoundPage = (): ReactElement => {
  const { t } = useTranslation()
  return (
    <Page title={t('notFound.title')}>
      <EmptyState icon={<IconMapQuestion size={48} stroke={1.2} aria-hidden />} title={t('notFound.heading')}>
        {t('notFound.advice')}
      </EmptyState>
      <Button component={Link} to="/" mx="auto" display="block" w="fit-content">
        {t('notFound.back')}
      </Button>
    </Page>
  )
}
