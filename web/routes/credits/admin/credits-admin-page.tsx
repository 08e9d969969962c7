/** Credits for administrators: users with grants and budgets, what everybody spent, the price list. */
import { Alert, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Page } from '../../../components/page.tsx'
import { creditPricesQuery } from '../credit-queries.ts'
import { SpendSection } from '../spend-section.tsx'
import { AccountsSection } from './accounts-section.tsx'
import { PricesSection } from './prices-section.tsx'

export const CreditsAdminPage = (): ReactElement => {
  const { t } = useTranslation()
  const { data: prices } = useQuery(creditPricesQuery)
  return (
    <Page title={t('credits.title')} description={t('credits.admin.description')} width={1180}>
      <Stack gap="lg">
        {prices?.enabled === false && <Alert color="amber">{t('credits.admin.off')}</Alert>}
        {prices?.enabled !== false && <AccountsSection />}
        <SpendSection title={t('credits.admin.spendOfAll')} ofAll />
        <PricesSection />
      </Stack>
    </Page>
  )
}
