/** One line of the timetable: when, how it went last, and what can be done about it. */
import { Badge, Button, Group, Text } from '@mantine/core'
import { IconHistory, IconPencil, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { runSchedule, updateSchedule, type ScheduleView } from '../../../../src/http/contract/schedules.ts'
import { call } from '../../../api.ts'
import { Facts } from '../facts.tsx'
import { TimeAgo } from '../time-ago.tsx'
import { useAct } from '../use-act.ts'
import { RunLine } from './schedule-runs.tsx'
import classes from '../admin.module.css'

interface ScheduleRowProps {
  schedule: ScheduleView
  onEdit: () => void
  onRuns: () => void
}

const When = ({ schedule }: { schedule: ScheduleView }): ReactElement => {
  const { t } = useTranslation()
  return (
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
  )
}

const Acts = ({ schedule, title, onEdit, onRuns }: ScheduleRowProps & { title: string }): ReactElement => {
  const { t } = useTranslation()
  const run = useAct({
    run: async () => await call(runSchedule, { params: { name: schedule.name } }),
    done: () => t('admin.schedules.started', { name: title }),
  })
  const pause = useAct({
    run: async (paused: boolean) => await call(updateSchedule, { params: { name: schedule.name }, body: { paused } }),
  })
  return (
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
  )
}

export const ScheduleRow = ({ schedule, ...asks }: ScheduleRowProps): ReactElement => {
  const { t } = useTranslation()
  const title = t(`admin.schedules.name.${schedule.name}`, { defaultValue: schedule.description })
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
          <When schedule={schedule} />
        </div>
        <Acts schedule={schedule} title={title} {...asks} />
      </Group>
    </li>
  )
}
