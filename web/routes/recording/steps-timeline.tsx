import { ActionIcon, Group, Loader, Stack, Text, Tooltip } from '@mantine/core'
import {
  IconBan,
  IconCircleCheckFilled,
  IconCircleDashed,
  IconCircleMinus,
  IconCircleXFilled,
  IconReload,
} from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Transcription } from '../../../src/http/contract/transcriptions.ts'
import { translateCode } from '../../describe-problem.ts'
import { formatTook } from '../../format.ts'
import { Panel } from './panel.tsx'
import type { RunStep } from './use-run-step.tsx'

type Step = Transcription['steps'][number]

const Icon = ({ status }: { status: Step['status'] }): ReactElement => {
  const size = 18
  switch (status) {
    case 'done':
      return <IconCircleCheckFilled size={size} aria-hidden color="var(--mantine-color-pine-6)" />
    case 'failed':
      return <IconCircleXFilled size={size} aria-hidden color="var(--mantine-color-error)" />
    case 'running':
      return <Loader size={16} type="oval" aria-hidden />
    case 'cancelled':
      return <IconBan size={size} stroke={1.6} aria-hidden color="var(--mantine-color-dimmed)" />
    case 'skipped':
      return <IconCircleMinus size={size} stroke={1.6} aria-hidden color="var(--mantine-color-dimmed)" />
    case 'pending':
      return <IconCircleDashed size={size} stroke={1.6} aria-hidden color="var(--mantine-color-dimmed)" />
  }
}

const tookMs = (step: Step): number | null =>
  step.startedAt === null || step.finishedAt === null ? null : Date.parse(step.finishedAt) - Date.parse(step.startedAt)

const factsOf = (step: Step, locale: string, attempts: (count: number) => string): string[] => {
  const ms = step.status === 'done' ? tookMs(step) : null
  const facts: string[] = []
  if (ms !== null) facts.push(formatTook(ms, locale))
  if (step.attempts > 1) facts.push(attempts(step.attempts))
  return facts
}

interface StepsTimelineProps {
  recording: Transcription
  onRunStep: RunStep['open']
}

/** Every step of the work with its state and time; each can be run again alone. */
export const StepsTimeline = ({ recording, onRunStep }: StepsTimelineProps): ReactElement => {
  const { t, i18n } = useTranslation()
  const working = recording.status === 'queued' || recording.status === 'running'
  const statusOf = ({ status }: Step): string =>
    status === 'skipped' && recording.coverage?.noSpeechFound === true
      ? t('stepStatus.skippedSilent')
      : t(`stepStatus.${status}`)
  const attempts = (count: number): string => t('steps.attempts', { count })
  return (
    <Panel title={t('steps.title')}>
      <Stack gap={4} component="ol" m={0} p={0} style={{ listStyle: 'none' }}>
        {recording.steps.map((step) => (
          <Group
            component="li"
            key={step.name}
            gap={9}
            wrap="nowrap"
            mih={28}
            data-step={step.name}
            data-status={step.status}
          >
            <Icon status={step.status} />
            <Stack gap={0} flex={1} miw={0}>
              <Text
                size="sm"
                c={step.status === 'skipped' || step.status === 'pending' ? 'dimmed' : 'var(--mantine-color-text)'}
              >
                {t(`stepName.${step.name}`)}
              </Text>
              {step.error !== null && step.status === 'failed' && (
                <Text size="xs" c="var(--mantine-color-error)">
                  {translateCode(t, step.error.code, step.error).title}
                </Text>
              )}
            </Stack>
            <Stack gap={0} ta="end">
              {(step.status === 'done' ? factsOf(step, i18n.language, attempts) : [statusOf(step)]).map((fact) => (
                <Text key={fact} size="xs" c="dimmed" className="tabular" style={{ whiteSpace: 'nowrap' }}>
                  {fact}
                </Text>
              ))}
            </Stack>
            {!working && step.status !== 'pending' && (
              <Tooltip label={t('steps.runAgain', { step: t(`stepName.${step.name}`) })}>
                <ActionIcon
                  size="sm"
                  aria-label={t('steps.runAgain', { step: t(`stepName.${step.name}`) })}
                  onClick={() => onRunStep(step.name)}
                >
                  <IconReload size={15} stroke={1.6} aria-hidden />
                </ActionIcon>
              </Tooltip>
            )}
          </Group>
        ))}
      </Stack>
    </Panel>
  )
}
