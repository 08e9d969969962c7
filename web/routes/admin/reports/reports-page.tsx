import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconReportAnalytics } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { EmptyState } from '../../../components/empty-state.tsx'
import { Page } from '../../../components/page.tsx'
import { reportsQuery } from '../admin-queries.ts'
import { QueryView } from '../query-view.tsx'
import { formatRange } from './format-range.ts'
import { useSentence } from '../use-sentence.ts'
import classes from '../admin.module.css'

export const ReportsPage = (): ReactElement => {
  const { t, i18n } = useTranslation()
  const sentence = useSentence()
  const reports = useQuery(reportsQuery)
  return (
    <Page title={t('admin.nav.reports')} description={t('admin.reports.description')}>
      <QueryView query={reports}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState
              icon={<IconReportAnalytics size={40} stroke={1.3} aria-hidden />}
              title={t('admin.reports.none')}
            >
              <Text size="sm" ta="center" maw={440}>
                {t('admin.reports.noneHint')} <Link to="/admin/schedules">{t('admin.nav.schedules')}</Link>
              </Text>
            </EmptyState>
          ) : (
            <ul className={`card ${classes.list ?? ''}`} style={{ padding: '14px 20px' }}>
              {items.map((report) => (
                <li key={report.id}>
                  <Link to={`/admin/reports/${report.id}`}>
                    <Text span fw={600} size="sm">
                      {formatRange(report.from, report.to, i18n.language)}
                    </Text>
                  </Link>
                  <Text size="sm">{sentence(report.statement, report.headline)}</Text>
                </li>
              ))}
            </ul>
          )
        }
      </QueryView>
    </Page>
  )
}
