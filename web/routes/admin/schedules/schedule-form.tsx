/** When a schedule runs: the next times are shown before it is saved. */
import { Button, Code, Group, List, Modal, Select, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { updateSchedule, type ScheduleView } from '../../../../src/http/contract/schedules.ts'
import { call } from '../../../api.ts'
import { DialogForm } from '../../../components/dialog-form.tsx'
import { firstField } from '../../../components/first-field.ts'
import { ProblemAlert } from '../../../components/problem-alert.tsx'
import { cronPreviewQuery } from '../admin-queries.ts'
import { useAct } from '../use-act.ts'

const zones = (current: string): string[] => [...new Set([current, 'UTC', ...Intl.supportedValuesOf('timeZone')])]

const formatIn = (iso: string, locale: string, timeZone: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short', timeZone }).format(new Date(iso))

const Preview = ({ cron, timeZone }: { cron: string; timeZone: string }): ReactElement => {
  const { t, i18n } = useTranslation()
  const preview = useQuery(cronPreviewQuery(cron, timeZone))
  if (preview.error !== null) return <ProblemAlert error={preview.error} />
  return (
    <div aria-live="polite">
      <Text size="sm" fw={550}>
        {t('admin.schedules.nextTimes')}
      </Text>
      <List size="sm">
        {preview.data?.nextRuns.map((at) => (
          <List.Item key={at}>{formatIn(at, i18n.language, timeZone)}</List.Item>
        ))}
      </List>
    </div>
  )
}

const Form = ({ schedule, onClose }: { schedule: ScheduleView; onClose: () => void }): ReactElement => {
  const { t } = useTranslation()
  const [cron, setCron] = useState(schedule.cron)
  const [timeZone, setTimeZone] = useState(schedule.timeZone)
  const [settled] = useDebouncedValue(cron, 300)
  const save = useAct({
    quiet: true,
    run: async () => await call(updateSchedule, { params: { name: schedule.name }, body: { cron, timeZone } }),
    done: () => t('settings.saved'),
    onSuccess: onClose,
  })
  return (
    <DialogForm act={save} onSubmit={() => save.mutate(undefined)} onCancel={onClose}>
      <TextInput
        label={t('admin.schedules.cron')}
        description={t('admin.schedules.cronHint')}
        value={cron}
        onChange={(event) => setCron(event.currentTarget.value)}
        ff="monospace"
        {...firstField}
      />
      <Group gap="xs">
        <Text size="sm" c="dimmed">
          {t('admin.schedules.default')} <Code>{schedule.defaultCron}</Code>
        </Text>
        {cron !== schedule.defaultCron && (
          <Button size="compact-xs" variant="subtle" onClick={() => setCron(schedule.defaultCron)}>
            {t('admin.schedules.useDefault')}
          </Button>
        )}
      </Group>
      <Select
        label={t('admin.schedules.timeZone')}
        data={zones(schedule.timeZone)}
        value={timeZone}
        onChange={(value) => value !== null && setTimeZone(value)}
        searchable
        allowDeselect={false}
        limit={80}
      />
      <Preview cron={settled} timeZone={timeZone} />
    </DialogForm>
  )
}

interface ScheduleFormProps {
  schedule: ScheduleView | null
  onClose: () => void
}

export const ScheduleForm = ({ schedule, onClose }: ScheduleFormProps): ReactElement => {
  const { t } = useTranslation()
  return (
    <Modal
      opened={schedule !== null}
      onClose={onClose}
      title={
        schedule !== null &&
        t('admin.editNamed', { name: t(`admin.schedules.name.${schedule.name}`, { defaultValue: schedule.name }) })
      }
    >
      {schedule !== null && <Form key={schedule.name} schedule={schedule} onClose={onClose} />}
    </Modal>
  )
}
