/** One kind of text: the chosen version, who made it, or what stands in its place. */
import { Button, Group, Loader, Select, Skeleton, Stack, Text } from '@mantine/core'
import { IconSparkles } from '@tabler/icons-react'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Transcription } from '../../../src/http/contract/transcriptions.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { FailureAlert } from '../../components/failure-alert.tsx'
import { labelOfText } from './label-of-text.ts'
import { failureOfKind, stateOfKind, stepOfKind, textsOfKind, type Kind } from './state-of-kind.ts'
import { TextVersion } from './text-version.tsx'
import type { RunStep } from './use-run-step.tsx'

interface TextTabProps {
  recording: Transcription
  kind: Exclude<Kind, 'raw'>
  runStep: RunStep
}

const Writing = ({ kind }: Pick<TextTabProps, 'kind'>): ReactElement => {
  const { t } = useTranslation()
  return (
    <Stack mt="lg" gap="sm" maw={760}>
      <Group gap="sm" role="status">
        <Loader size="xs" aria-hidden />
        <Text size="sm" c="dimmed">
          {t(`text.writing.${kind}`)}
        </Text>
      </Group>
      {[96, 88, 92, 54].map((width) => (
        <Skeleton key={width} h={16} w={`${width}%`} aria-hidden />
      ))}
    </Stack>
  )
}

const Absent = ({ recording, kind, runStep }: TextTabProps): ReactElement => {
  const { t } = useTranslation()
  const hasText = recording.texts.some((text) => text.kind === 'raw' && text.status === 'done')
  return (
    <EmptyState icon={<IconSparkles size={42} stroke={1.3} aria-hidden />} title={t(`text.absent.${kind}`)}>
      {hasText ? (
        <Button variant="light" onClick={() => runStep.open(stepOfKind[kind])}>
          {t(`run.${stepOfKind[kind]}`)}
        </Button>
      ) : (
        t('text.absentHint')
      )}
    </EmptyState>
  )
}

export const TextTab = (props: TextTabProps): ReactElement => {
  const { recording, kind, runStep } = props
  const { t, i18n } = useTranslation()
  const [wanted, setWanted] = useState<string | null>(null)
  const state = stateOfKind(recording, kind)
  const failure = failureOfKind(recording, kind)
  const versions = textsOfKind(recording, kind).filter((text) => text.status === 'done')
  const shown = versions.find((text) => text.id === wanted) ?? versions[0]
  const step = stepOfKind[kind]
  return (
    <Stack gap="md" pt="md">
      {failure !== null && (
        <FailureAlert
          error={failure}
          onRetry={() => runStep.again(step)}
          onRetryElsewhere={(model) => runStep.open(step, model)}
        />
      )}
      {(state === 'running' || state === 'waiting') && <Writing kind={kind} />}
      {versions.length > 1 && (
        <Select
          w="min(480px, 100%)"
          size="sm"
          label={t('text.version')}
          data={versions.map((text) => ({ value: text.id, label: labelOfText(t, text, i18n.language) }))}
          value={shown?.id ?? null}
          onChange={setWanted}
          allowDeselect={false}
        />
      )}
      {shown !== undefined && (
        <TextVersion
          key={shown.id}
          recording={recording}
          text={shown}
          previous={versions.find((text) => text.id !== shown.id)}
          onRunAgain={() => runStep.open(step)}
        />
      )}
      {state === 'absent' && <Absent {...props} />}
    </Stack>
  )
}
