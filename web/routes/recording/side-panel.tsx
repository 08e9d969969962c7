/** Facts beside the text: steps, speakers, coverage, the media. */
import { Progress, Stack, Text, UnstyledButton } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Transcription } from '../../../src/http/contract/transcriptions.ts'
import { ChargeFacts } from '../../components/charge-facts.tsx'
import { formatClock, formatLanguage, formatNumber, formatPercent } from '../../format.ts'
import { usePlayer } from '../../player/use-player.ts'
import { formatContainer } from './format-container.ts'
import { Panel } from './panel.tsx'
import { Speakers } from './speakers.tsx'
import { StepsTimeline } from './steps-timeline.tsx'
import type { RunStep } from './use-run-step.tsx'
import classes from './recording.module.css'

const mostGaps = 12

const Coverage = ({ coverage }: { coverage: NonNullable<Transcription['coverage']> }): ReactElement => {
  const { t, i18n } = useTranslation()
  const player = usePlayer()
  const share = coverage.speechSecond > 0 ? Math.min(1, coverage.coveredSecond / coverage.speechSecond) : 1
  const more = coverage.gaps.length - mostGaps
  return (
    <Panel title={t('coverage.title')}>
      <Progress
        value={share * 100}
        size="sm"
        mb={8}
        aria-label={t('coverage.title')}
        color={share < 0.95 ? 'amber' : 'pine'}
      />
      <Text size="sm">
        {t('coverage.share', {
          percent: formatPercent(share, i18n.language),
          covered: formatClock(coverage.coveredSecond),
          speech: formatClock(coverage.speechSecond),
        })}
      </Text>
      {coverage.gaps.length > 0 && (
        <Stack gap={2} mt={8}>
          <Text size="xs" c="dimmed">
            {t('coverage.gaps', { count: coverage.gaps.length })}
          </Text>
          {coverage.gaps.slice(0, mostGaps).map((gap) => (
            <UnstyledButton
              key={gap.startSecond}
              fz="sm"
              c="var(--mantine-color-anchor)"
              className="tabular"
              onClick={() => player.seek(gap.startSecond)}
            >
              {formatClock(gap.startSecond)} – {formatClock(gap.endSecond)}
            </UnstyledButton>
          ))}
          {more > 0 && (
            <Text size="xs" c="dimmed">
              {t('coverage.moreGaps', { count: more })}
            </Text>
          )}
        </Stack>
      )}
    </Panel>
  )
}

const Details = ({ recording }: { recording: Transcription }): ReactElement => {
  const { t, i18n } = useTranslation()
  const locale = i18n.language
  const { media } = recording
  const probability = recording.languageProbability ?? 0
  const language =
    recording.language === null
      ? null
      : [
          formatLanguage(recording.language, locale),
          // One that is likelier by its text has next to no probability by its sound.
          probability < 0.05 ? null : formatPercent(probability, locale),
        ]
  const sound = [
    media.audioCodec,
    media.channels === null ? null : t('details.channels', { count: media.channels }),
    media.sampleRate === null ? null : `${formatNumber(media.sampleRate / 1000, locale)} kHz`,
  ]
  const join = (parts: (string | null)[] | null): string | null =>
    parts === null ? null : parts.filter((part) => part !== null).join(' · ') || null
  const charge = recording.texts.find(({ kind, status }) => kind === 'raw' && status === 'done')?.charge
  const facts: [string, string | null][] = [
    [t('details.file'), recording.fileName],
    [t('details.language'), join(language)],
    [t('details.engine'), recording.speechModel ?? recording.engine],
    [t('details.container'), formatContainer(media.container, recording.fileName)],
    [t('details.sound'), join(sound)],
  ]
  return (
    <Panel title={t('details.title')}>
      <dl className={classes.facts}>
        {facts.map(([name, value]) =>
          value === null ? null : (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
        )}
      </dl>
      {charge != null && <ChargeFacts charge={charge} />}
    </Panel>
  )
}

interface SidePanelProps {
  recording: Transcription
  onRunStep: RunStep['open']
}

export const SidePanel = ({ recording, onRunStep }: SidePanelProps): ReactElement => {
  const { t } = useTranslation()
  return (
    <aside className={classes.side} aria-label={t('details.aside')}>
      <StepsTimeline recording={recording} onRunStep={onRunStep} />
      <Speakers recording={recording} />
      {recording.coverage !== null && !recording.coverage.noSpeechFound && <Coverage coverage={recording.coverage} />}
      <Details recording={recording} />
    </aside>
  )
}
