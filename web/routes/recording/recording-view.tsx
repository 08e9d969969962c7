/** Layout of one recording: heading, texts in tabs, facts beside them, the player at the foot. */
import { useDocumentTitle } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useEffect, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { Transcription } from '../../../src/http/contract/transcriptions.ts'
import { useCommands } from '../../commands/commands-provider.tsx'
import { useRecordingActions } from '../../components/use-recording-actions.tsx'
import { PlayerBar } from '../../player/player-bar.tsx'
import { segmentsQuery } from '../../queries.ts'
import { MediaElement } from './media-element.tsx'
import { RecordingHeader } from './recording-header.tsx'
import { RecordingNotices } from './recording-notices.tsx'
import { SidePanel } from './side-panel.tsx'
import { TextTabs } from './text-tabs.tsx'
import { useRunStep } from './use-run-step.tsx'
import classes from './recording.module.css'

export const RecordingView = ({ recording }: { recording: Transcription }): ReactElement => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  useDocumentTitle(`${recording.title} · mp4totext`)
  const segments = useQuery(segmentsQuery(recording.id))
  const actions = useRecordingActions(recording, () => void navigate('/', { replace: true }))
  const runStep = useRunStep(recording)
  const working = recording.status === 'queued' || recording.status === 'running'
  const { refetch } = segments
  useEffect(() => {
    // Segments that came before this page listened.
    if (recording.status === 'completed') void refetch()
  }, [recording.status, refetch])
  const group = t('recording.commands')
  useCommands([
    { id: 'cancel', label: t('recording.cancel'), group, run: actions.cancel, disabled: !working },
    { id: 'delete', label: t('recording.delete'), group, run: actions.confirmDelete },
    ...(['enhanced', 'summary', 'lecture_notes', 'translation'] as const).map((kind) => ({
      id: `make-${kind}`,
      label: t(`make.title.${kind}`),
      group,
      run: () => runStep.make(kind),
      disabled: working,
    })),
    { id: 'run-recognize', label: t('run.recognize'), group, run: () => runStep.open('recognize'), disabled: working },
  ])
  return (
    <div className={classes.page}>
      <div className={classes.content}>
        <RecordingHeader recording={recording} actions={actions} runStep={runStep} />
        <RecordingNotices recording={recording} actions={actions} onRunStep={runStep.open} />
        <div className={classes.columns}>
          <div className={classes.texts}>
            {recording.hasVideo && <MediaElement recording={recording} />}
            <TextTabs recording={recording} segments={segments} runStep={runStep} />
          </div>
          <SidePanel recording={recording} onRunStep={runStep.open} />
        </div>
      </div>
      {!recording.hasVideo && <MediaElement recording={recording} />}
      <PlayerBar />
      {runStep.dialog}
    </div>
  )
}
