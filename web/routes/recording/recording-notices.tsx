/** What must be known before reading: work that runs, a failure of the whole, doubts about the result. */
import { Alert, Button, Group, Stack, Text, VisuallyHidden } from '@mantine/core'
import { IconInfoCircle, IconLanguage, IconVolumeOff } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Transcription } from '../../../src/http/contract/transcriptions.ts'
import { FailureAlert } from '../../components/failure-alert.tsx'
import { ProgressLine } from '../../components/progress-line.tsx'
import type { RecordingActions } from '../../components/use-recording-actions.tsx'
import { formatLanguage, formatPercent } from '../../format.ts'
import type { RunStep } from './use-run-step.tsx'

/** Speaks every tenth part only: a screen reader that reads each second is worse than none. */
const SpokenProgress = ({ recording }: { recording: Transcription }): ReactElement => {
  const { t, i18n } = useTranslation()
  const { progress } = recording
  const total = progress?.totalSecond ?? 0
  const tenth = total > 0 ? Math.floor(((progress?.doneSecond ?? 0) / total) * 10) / 10 : 0
  return (
    <VisuallyHidden role="status">
      {progress?.step == null ? '' : `${t(`step.${progress.step}`)} ${formatPercent(tenth, i18n.language)}`}
    </VisuallyHidden>
  )
}

interface NoticeProps {
  icon: ReactNode
  title: string
  children?: ReactNode
  action?: ReactNode
}

const Notice = ({ icon, title, children, action }: NoticeProps): ReactElement => (
  <Alert color="amber" icon={icon} title={title} styles={{ title: { fontSize: 'var(--mantine-font-size-sm)' } }}>
    {children !== undefined && <Text size="sm">{children}</Text>}
    {action}
  </Alert>
)

interface RecordingNoticesProps {
  recording: Transcription
  actions: RecordingActions
  onRunStep: RunStep['open']
}

/** A language that is likelier by its text, not by its sound, has next to no probability: a figure that only confuses. */
const unsureHint = (t: TFunction, locale: string, code: string, probability: number): string => {
  const language = formatLanguage(code, locale)
  return probability < 0.05
    ? t('warning.languageGuessedHint', { language })
    : t('warning.languageUnsureHint', { language, percent: formatPercent(probability, locale) })
}

const Warnings = ({ recording, onRunStep }: Omit<RecordingNoticesProps, 'actions'>): ReactElement => {
  const { t, i18n } = useTranslation()
  const noSpeech = recording.coverage?.noSpeechFound === true
  // These two have a sentence of their own below, with the figures of this recording.
  const known = ['no-speech', 'no-speech-found', 'language-unsure', 'language-uncertain']
  const others = recording.warnings.filter((warning) => !known.includes(warning.code))
  const unsure = recording.warnings.find((warning) => warning.code.startsWith('language-un'))
  return (
    <>
      {noSpeech && (
        <Notice icon={<IconVolumeOff size={20} aria-hidden />} title={t('warning.noSpeech')}>
          {t('warning.noSpeechHint')}
        </Notice>
      )}
      {unsure !== undefined && !noSpeech && (
        <Notice
          icon={<IconLanguage size={20} aria-hidden />}
          title={t('warning.languageUnsure')}
          action={
            <Button size="compact-sm" variant="default" mt={8} onClick={() => onRunStep('recognize')}>
              {t('warning.otherLanguage')}
            </Button>
          }
        >
          {recording.language !== null &&
            unsureHint(t, i18n.language, recording.language, recording.languageProbability ?? 0)}
        </Notice>
      )}
      {others.map((warning) => (
        <Notice
          key={warning.code}
          icon={<IconInfoCircle size={20} aria-hidden />}
          title={t(`warning.codes.${warning.code}`, { defaultValue: warning.message })}
        />
      ))}
    </>
  )
}

export const RecordingNotices = ({ recording, actions, onRunStep }: RecordingNoticesProps): ReactElement => {
  const working = recording.status === 'queued' || recording.status === 'running'
  return (
    <Stack gap="xs" mb="sm">
      {working && (
        <Group className="card" px="md" py="sm">
          <ProgressLine progress={recording.progress} title={recording.title} />
          <SpokenProgress recording={recording} />
        </Group>
      )}
      {recording.error !== null && (
        <FailureAlert
          error={recording.error}
          onRetry={actions.retry}
          onRetryElsewhere={() => onRunStep('recognize')}
          elsewhere="engine"
          paidInPart={recording.texts.some(({ kind, charge }) => kind === 'raw' && (charge?.credits ?? 0) > 0)}
        />
      )}
      <Warnings recording={recording} onRunStep={onRunStep} />
    </Stack>
  )
}
