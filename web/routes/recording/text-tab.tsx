/** One kind of text: the chosen version, who made it, or what stands in its place. */
import { Anchor, Button, Group, Loader, Select, Skeleton, Stack, Text } from '@mantine/core'
import { IconColumns, IconSparkles } from '@tabler/icons-react'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Transcription, TranscriptionText } from '../../../src/http/contract/transcriptions.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { FailureAlert } from '../../components/failure-alert.tsx'
import { useProviderNames } from '../../provider-names.ts'
import { versionOfText } from './label-of-text.ts'
import { orderOfText } from './make-text/order.ts'
import { failedTextsOf, stateOfKind, stepFailureOf, textsOfKind, type Kind } from './state-of-kind.ts'
import { TextVersion } from './text-version.tsx'
import type { RunStep } from './use-run-step.tsx'

interface TextTabProps {
  recording: Transcription
  kind: Exclude<Kind, 'raw'>
  runStep: RunStep
}

/** Opens the order of this kind; a cleaned text is made by rules, so its step runs. */
const useMake = ({ kind, runStep }: Omit<TextTabProps, 'recording'>) => {
  return (model?: string): void => {
    if (kind === 'cleaned') runStep.open('clean')
    else runStep.make(kind, model === undefined ? {} : { models: [model] })
  }
}

const Writing = ({ kind, running }: Pick<TextTabProps, 'kind'> & { running: TranscriptionText[] }): ReactElement => {
  const { t } = useTranslation()
  const asked = running.map((text) => text.options['model']).filter((model) => typeof model === 'string')
  return (
    <Stack mt="lg" gap="sm" maw={760}>
      <Group gap="sm" role="status">
        <Loader size="xs" aria-hidden />
        <Text size="sm" c="dimmed">
          {t(`text.writing.${kind}`)}
          {asked.length > 1 && ` ${asked.join(' · ')}`}
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
  const make = useMake({ kind, runStep })
  const isSilent = recording.coverage?.noSpeechFound === true
  const hasText = !isSilent && recording.texts.some((text) => text.kind === 'raw' && text.status === 'done')
  return (
    <EmptyState icon={<IconSparkles size={42} stroke={1.3} aria-hidden />} title={t(`text.absent.${kind}`)}>
      {hasText ? (
        <Stack align="center" gap="sm">
          {kind !== 'cleaned' && <Text size="sm">{t(`make.hint.${kind}`)}</Text>}
          <Button variant="light" onClick={() => make()}>
            {kind === 'cleaned' ? t('run.clean') : t(`make.title.${kind}`)}
          </Button>
        </Stack>
      ) : (
        <>{isSilent ? t('text.absentSilent') : t('text.absentHint')}</>
      )}
    </EmptyState>
  )
}

const Failures = ({ recording, kind, runStep }: TextTabProps): ReactElement => {
  const make = useMake({ kind, runStep })
  const ofStep = stepFailureOf(recording, kind)
  const retry = (text: TranscriptionText) => (model?: string) => {
    if (kind === 'cleaned') return runStep.open('clean')
    runStep.make(kind, { ...orderOfText(text), ...(model === undefined ? {} : { models: [model] }) })
  }
  return (
    <>
      {ofStep !== null && (
        <FailureAlert error={ofStep} onRetry={() => make()} onRetryElsewhere={(model) => make(model)} />
      )}
      {failedTextsOf(recording, kind).map(
        (text) =>
          text.error !== null && (
            <FailureAlert
              key={text.id}
              error={text.error}
              onRetry={() => (kind === 'cleaned' ? runStep.again('clean') : runStep.remake(text))}
              onRetryElsewhere={retry(text)}
            />
          ),
      )}
    </>
  )
}

const Versions = ({
  versions,
  shown,
  onChoose,
  recordingId,
}: {
  versions: TranscriptionText[]
  shown: TranscriptionText
  onChoose: (id: string | null) => void
  recordingId: string
}): ReactElement => {
  const { t, i18n } = useTranslation()
  const providers = useProviderNames()
  const compared = versions.slice(0, 3).toReversed()
  return (
    <Group align="flex-end" gap="sm">
      <Select
        w="min(450px, 100%)"
        size="sm"
        label={t('text.version')}
        data={versions.map((text) => ({ value: text.id, label: versionOfText(t, text, i18n.language, providers) }))}
        value={shown.id}
        onChange={onChoose}
        allowDeselect={false}
      />
      <Anchor
        component={Link}
        size="sm"
        pb={7}
        to={`/recordings/${recordingId}/compare?texts=${compared.map(({ id }) => id).join(',')}`}
      >
        <Group gap={6} component="span">
          <IconColumns size={16} aria-hidden />
          {t('text.compareAll')}
        </Group>
      </Anchor>
    </Group>
  )
}

export const TextTab = (props: TextTabProps): ReactElement => {
  const { recording, kind } = props
  const [wanted, setWanted] = useState<string | null>(null)
  const make = useMake(props)
  const state = stateOfKind(recording, kind)
  const texts = textsOfKind(recording, kind)
  const versions = texts.filter((text) => text.status === 'done')
  const shown = versions.find((text) => text.id === wanted) ?? versions[0]
  return (
    <Stack gap="md" pt="md">
      <Failures {...props} />
      {(state === 'running' || state === 'waiting') && (
        <Writing kind={kind} running={texts.filter((text) => text.status === 'running')} />
      )}
      {versions.length > 1 && shown !== undefined && (
        <Versions versions={versions} shown={shown} onChoose={setWanted} recordingId={recording.id} />
      )}
      {shown !== undefined && (
        <TextVersion
          key={shown.id}
          recording={recording}
          text={shown}
          previous={versions.find((text) => text.id !== shown.id)}
          onRunAgain={() => make()}
        />
      )}
      {state === 'absent' && <Absent {...props} />}
    </Stack>
  )
}
