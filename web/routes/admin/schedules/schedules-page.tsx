/** What the server does by the calendar: when, how it went, now, or not for a while. */
import { Drawer } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { ScheduleView } from '../../../../src/http/contract/schedules.ts'
import { Page } from '../../../components/page.tsx'
import { schedulesQuery } from '../admin-queries.ts'
import { QueryView } from '../query-view.tsx'
import { ScheduleForm } from './schedule-form.tsx'
import { ScheduleRow } from './schedule-row.tsx'
import { ScheduleRuns } from './schedule-runs.tsx'
import classes from '../admin.module.css'

export const SchedulesPage = (): ReactElement => {
  const { t } = useTranslation()
  const schedules = useQuery(schedulesQuery)
  const [editing, setEditing] = useState<ScheduleView | null>(null)
  const [shown, setShown] = useState<string | null>(null)
  return (
    <Page title={t('admin.nav.schedules')} description={t('admin.schedules.description')} width={1080}>
      <QueryView query={schedules} lines={6}>
        {({ items }) => (
          <ul className={`card ${classes.list ?? ''}`} style={{ padding: '16px 20px' }}>
            {items.map((schedule) => (
              <ScheduleRow
                key={schedule.name}
                schedule={schedule}
                onEdit={() => setEditing(schedule)}
                onRuns={() => setShown(schedule.name)}
              />
            ))}
          </ul>
        )}
      </QueryView>
      <ScheduleForm schedule={editing} onClose={() => setEditing(null)} />
      <Drawer
        opened={shown !== null}
        onClose={() => setShown(null)}
        position="right"
        size="lg"
        title={t('admin.schedules.runsNamed', {
          name: t(`admin.schedules.name.${shown ?? ''}`, { defaultValue: shown ?? '' }),
        })}
      >
        {shown !== null && <ScheduleRuns name={shown} />}
      </Drawer>
    </Page>
  )
}
