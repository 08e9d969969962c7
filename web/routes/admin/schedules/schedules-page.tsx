/** What the server does by the calendar: when, how it went, now, or not for a while. */
import { Badge, Button, Drawer, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconHistory, IconPencil, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import {
  runSchedule,
  updateSchedule,
  type ScheduleRunView,
  type ScheduleView,
} from '../../../../src/http/contract/schedules.ts'
import { call } from '../../../api.ts'
import { Page } from '../../../components/page.tsx'
import { translateCode } from '../../../describe-problem.ts'
import { scheduleRunsQuery, schedulesQuery } from '../admin-queries.ts'
import { Facts } from '../facts.tsx'
import { formatDuration } from '../format-admin.ts'
import { QueryView } from '../query-view.tsx'
import { TimeAgo } from '../time-ago.tsx'
import { useAct } from '../use-act.ts'
import { useSentence } from '../use-sentence.ts'
import { ScheduleForm } from './schedule-form.tsx'
import classes from '../admin.module.css'

const runColors = { waiting: 'gray', running: 'amber', done: 'pine', failed: 'rose', skipped: 'gray' } as const

const RunLine = ({ run }: { run: ScheduleRunView }): ReactElement => {
  const { t, i18n } = useTranslation()
  const sentence = useSentence()
  return (
    <>
      <Group gap={6}>
        <Badge color={runColors[run.state]}>{t(`admin.schedules.state.${run.state}`)}</Badge>
        <span>
          <TimeAgo iso={run.startedAt ?? run.dueAt} />
        </span>
        {run.durationMs !== null && <span>· {formatDuration(run.durationMs, i18n.language)}</span>}
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

const Runs = ({ name }: { name: string }): ReactElement => {
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

interface ScheduleProps {
  schedule: ScheduleView
  onEdit: () => void
  onRuns: () => void
}

const Schedule = ({ schedule, onEdit, onRuns }: ScheduleProps): ReactElement => {
  const { t } = useTranslation()
  const title = t(`admin.schedules.name.${schedule.name}`, { defaultValue: schedule.description })
  const run = useAct({
    run: async () => await call(runSchedule, { params: { name: schedule.name } }),
    done: () => t('admin.schedules.started', { name: title }),
  })
  const pause = useAct({
    run: async (paused: boolean) => await call(updateSchedule, { params: { name: schedule.name }, body: { paused } }),
  })
  return (
    <li data-schedule={schedule.name}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ flex: '1 1 360px', minWidth: 0 }}>
          <Group gap="xs" mb={6}>
            <Text fw={600}>{title}</Text>
            {schedule.paused && <Badge color="amber">{t('admin.schedules.paused')}</Badge>}
            {schedule.currentRun !== null && (
              <Badge color="pine">{t(`admin.schedules.state.${schedule.currentRun.state}`)}</Badge>
            )}
          </Group>
          <Facts
            facts={[
              [
                t('admin.schedules.when'),
                <span key="cron">
                  <code className={classes.code}>{schedule.cron}</code> · {schedule.timeZone}
                </span>,
              ],
              [
                t('admin.schedules.next'),
                schedule.nextRunAt === null ? (
                  t('admin.schedules.notWhilePaused')
                ) : (
                  <TimeAgo key="next" iso={schedule.nextRunAt} />
                ),
              ],
              [
                t('admin.schedules.last'),
                schedule.lastRun === null ? t('admin.never') : <RunLine key="last" run={schedule.lastRun} />,
              ],
            ]}
          />
        </div>
        <Group gap="xs">
          <Button
            size="xs"
            leftSection={<IconPlayerPlay size={15} aria-hidden />}
            loading={run.isPending}
            disabled={schedule.currentRun !== null}
            aria-label={t('admin.schedules.runNamed', { name: title })}
            onClick={() => run.mutate(undefined)}
          >
            {t('admin.schedules.run')}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={
              schedule.paused ? <IconPlayerPlay size={15} aria-hidden /> : <IconPlayerPause size={15} aria-hidden />
            }
            loading={pause.isPending}
            aria-label={
              schedule.paused
                ? t('admin.schedules.resumeNamed', { name: title })
                : t('admin.schedules.pauseNamed', { name: title })
            }
            onClick={() => pause.mutate(!schedule.paused)}
          >
            {schedule.paused ? t('admin.schedules.resume') : t('admin.schedules.pause')}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPencil size={15} aria-hidden />}
            aria-label={t('admin.editNamed', { name: title })}
            onClick={onEdit}
          >
            {t('admin.edit')}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconHistory size={15} aria-hidden />}
            aria-label={t('admin.schedules.runsNamed', { name: title })}
            onClick={onRuns}
          >
            {t('admin.schedules.runs')}
          </Button>
        </Group>
      </Group>
    </li>
  )
}

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
              <Schedule
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
        {shown !== null && <Runs name={shown} />}
      </Drawer>
    </Page>
  )
}
