/** What a check brought: how many by their lists, how many were asked, what it cost, and what was not looked at. */
import { List } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { formatDollars } from '../format-admin.ts'
import type { SyncRunView } from '../sync/provider-results.tsx'
import { countRun } from './run-counts.ts'

/** Rows of each provider. */
export type ProviderTotals = readonly { provider: string; total: number }[]

interface CheckSummaryProps {
  run: SyncRunView
  /** To tell how many were not looked at. */
  providers: ProviderTotals
}

export const CheckSummary = ({ run, providers }: CheckSummaryProps): ReactElement => {
  const { t, i18n } = useTranslation()
  const { byList, asked, answered, left, unpriced, costUsd } = countRun(run)
  const unread = new Set(
    run.results.flatMap(({ provider, outcome }) =>
      outcome === 'failed' || outcome === 'skipped' || outcome === 'held' ? [provider] : [],
    ),
  )
  const missed = providers.reduce((sum, { provider, total }) => sum + (unread.has(provider) ? total : 0), 0)
  return (
    <List size="sm" data-check-summary>
      <List.Item>{t('admin.checkAll.byList', { count: byList })}</List.Item>
      {asked > 0 && (
        <List.Item>
          {t('admin.checkAll.byCall', { count: asked, answered, cost: formatDollars(costUsd, i18n.language) })}
        </List.Item>
      )}
      {left > 0 && run.stoppedBy === null && <List.Item>{t('admin.checkAll.left', { count: left })}</List.Item>}
      {unpriced > 0 && <List.Item>{t('admin.checkAll.unpriced', { count: unpriced })}</List.Item>}
      {missed > 0 && <List.Item>{t('admin.checkAll.missed', { count: missed })}</List.Item>}
    </List>
  )
}
