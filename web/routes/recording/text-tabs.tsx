import { Tabs } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import { IconAlertCircleFilled, IconLoader2 } from '@tabler/icons-react'
import { useEffect, useRef, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useSearchParams } from 'react-router'
import { textKinds, type Transcription } from '../../../src/http/contract/transcriptions.ts'
import { useCommands } from '../../commands/commands-provider.tsx'
import type { SegmentList } from '../../queries.ts'
import { stateOfKind } from './state-of-kind.ts'
import { TextTab } from './text-tab.tsx'
import { TranscriptTab } from './transcript-tab.tsx'
import type { RunStep } from './use-run-step.tsx'

interface TextTabsProps {
  recording: Transcription
  segments: UseQueryResult<SegmentList>
  runStep: RunStep
}

export const TextTabs = ({ recording, segments, runStep }: TextTabsProps): ReactElement => {
  const { t } = useTranslation()
  const [params, setParams] = useSearchParams()
  const open = textKinds.find((kind) => kind === params.get('tab')) ?? 'raw'
  const show = (kind: string | null): void => {
    setParams(kind === null || kind === 'raw' ? {} : { tab: kind }, { replace: true })
  }
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // Six kinds do not fit everywhere: the open one is scrolled to.
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest', inline: 'center' })
  }, [open])
  useCommands(
    textKinds.map((kind, index) => ({
      id: `tab-${kind}`,
      label: t('recording.showText', { text: t(`text.${kind}`) }),
      shortcut: String(index + 1),
      group: t('recording.commands'),
      run: () => show(kind),
    })),
  )
  const mark = (kind: (typeof textKinds)[number]): ReactElement | null => {
    const state = stateOfKind(recording, kind)
    if (state === 'failed') {
      return <IconAlertCircleFilled size={15} aria-label={t('text.stateFailed')} color="var(--mantine-color-error)" />
    }
    return state === 'running' ? <IconLoader2 size={15} aria-label={t('text.stateRunning')} /> : null
  }
  return (
    <Tabs value={open} onChange={show} keepMounted={false} color="pine">
      <Tabs.List ref={list} aria-label={t('recording.texts')}>
        {textKinds.map((kind) => (
          <Tabs.Tab key={kind} value={kind} rightSection={mark(kind)} fw={550}>
            {t(`text.${kind}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="raw">
        <TranscriptTab recording={recording} segments={segments} />
      </Tabs.Panel>
      {textKinds
        .filter((kind) => kind !== 'raw')
        .map((kind) => (
          <Tabs.Panel key={kind} value={kind}>
            <TextTab recording={recording} kind={kind} runStep={runStep} />
          </Tabs.Panel>
        ))}
    </Tabs>
  )
}
