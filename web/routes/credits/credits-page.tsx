/** A user's credits: what is left, what it went to, what happened. */
import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconCoinOff } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../../components/empty-state.tsx'
import { Page } from '../../components/page.tsx'
import { creditsQuery } from '../../queries.ts'
import { BalanceTiles } from './balance-tiles.tsx'
import { HistorySection } from './history-section.tsx'
import { Read } from './read.tsx'
import { SpendSection } from './spend-section.tsx'

export const CreditsPage = (): ReactElement => {
  const { t } = useTranslation()
  const credits = useQuery(creditsQuery)
  return (
    <Page title={t('credits.title')} description={t('credits.description')} width={1080}>
      <Read query={credits}>
        {(data) =>
          data.enabled ? (
            <Stack gap="lg">
              <BalanceTiles credits={data} />
              <SpendSection title={t('credits.spendTitle')} />
              <HistorySection whose={null} title={t('credits.history')} />
            </Stack>
          ) : (
            <EmptyState icon={<IconCoinOff size={40} stroke={1.3} aria-hidden />} title={t('credits.off')}>
              {t('credits.offHint')}
            </EmptyState>
          )
        }
      </Read>
    </Page>
  )
}
