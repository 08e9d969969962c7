/** How runs of the timetable went. */
import { Badge, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { ScheduleRunView } from '../../../../src/http/contract/schedules.ts'
import { translateCode } from '../../../describe-problem.ts'
import { scheduleRunsQuery } from '../admin-queries.ts'
import { formatTook } from '../../../format.ts'
import { QueryView } from '../query-view.tsx'
import { TimeAgo } from '../time-ago.tsx'
import { useSentence } from '../use-sentence.ts'
import classes from '../admin.module.css'

const runColors = { waiting: 'gray', running: 'amber', done: 'pine', failed: 'rose', skipped: 'gray' } as const

export const RunLine = ({ run }: { run: ScheduleRunView }): ReactElement => {
  const { t, i18n } = useTranslation()
  const sentence = useSentence()
  return (
    <>
      <Group gap={6}>
        <Badge color={runColors[run.state]}>{t(`admin.schedules.state.${run.state}`)}</Badge>
        <span>
          <TimeAgo iso={run.startedAt ?? run.dueAt} />
        </span>
        {run.durationMs !== null && <span>· {formatTook(run.durationMs, i18n.language)}</span>}
        {run.startedBy !== null && <span>· {run.startedBy}</span>}
      </Group>
      {run.summary !== null && <Text size="sm">{sentence(run.statement, run.summary)}</Text>}
      {run.error !== null && (
        <Text size="sm" c="var(--mantine-color-error)" style={{ overflowWrap: 'anywhere' }}>
          {run.errorCode !== null && `${translateCode(t, run.errorCode).title}: `}
          {run.error}
        </Text>
      )}
    </>
  )
}

export const ScheduleRuns = ({ name }: { name: string }): ReactElement => {
  const { t } = useTranslation()
  const runs = useQuery(scheduleRunsQuery(name))
  return (
    <QueryView query={runs}>
      {({ items }) =>
        items.length === 0 ? (
          <Text size="sm">{t('admin.schedules.noRuns')}</Text>
        ) : (
          <ul className={classes.list}>
            {items.map((run) => (
              <li key={run.id}>
                <RunLine run={run} />
              </li>
            ))}
          </ul>
        )
      }
    </QueryView>
  )
}
