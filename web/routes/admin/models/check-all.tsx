/** "Check all": asks every provider in the background; goes on when the page is left, and is found again. */
import { Alert, Button, Group, Loader, Modal, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconRefresh } from '@tabler/icons-react'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { startModelSync, stopModelSync } from '../../../../src/http/contract/model-admin.ts'
import { call } from '../../../api.ts'
import { ProblemAlert } from '../../../components/problem-alert.tsx'
import { ProviderResults, type SyncRunView } from '../sync/provider-results.tsx'
import { useNewestRun } from '../sync/use-newest-run.ts'
import { useAct } from '../use-act.ts'
import { CheckProgress } from './check-progress.tsx'
import { CheckSummary, type ProviderTotals } from './check-summary.tsx'
import { QuestionsChoice } from './questions-choice.tsx'
import { countRun } from './run-counts.ts'
import { isWhole, noQuestions, toProbe } from './questions.ts'

const Outcome = ({ run, providers }: { run: SyncRunView; providers: ProviderTotals }): ReactElement => {
  const { t } = useTranslation()
  const isDone = run.state === 'done'
  const ended = run.stoppedBy === null ? 'done' : 'stoppedTitle'
  return (
    <Alert color={isDone ? 'pine' : 'rose'} role="status" title={t(`admin.checkAll.${isDone ? ended : 'failed'}`)}>
      {run.error}
      {run.stoppedBy !== null && <Text size="sm">{t('admin.checkAll.stopped', { name: run.stoppedBy })}</Text>}
      <CheckSummary run={run} providers={providers} />
      <ProviderResults results={run.results} brief />
      <Button component={Link} to="/admin/sync" size="xs" variant="default" mt="xs">
        {t('admin.checkAll.toSync')}
      </Button>
    </Alert>
  )
}

interface DialogProps {
  providers: ProviderTotals
  onClose: () => void
}

const Dialog = ({ providers, onClose }: DialogProps): ReactElement => {
  const { t } = useTranslation()
  const { newest, underWay } = useNewestRun()
  const [questions, setQuestions] = useState(noQuestions)
  const [runId, setRunId] = useState<string | null>(null)
  const start = useAct({
    quiet: true,
    run: async () => await call(startModelSync, { body: { probe: toProbe(questions) } }),
    onSuccess: (started) => setRunId(started.runId),
  })
  const stop = useAct({
    quiet: true,
    run: async (id: string) => await call(stopModelSync, { params: { id } }),
  })
  // One that was begun before the page was opened is told of as well, when it ends.
  if (underWay && newest !== undefined && newest.id !== runId) setRunId(newest.id)
  const ended = !underWay && newest !== undefined && newest.id === runId
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t('admin.checkAll.hint')}
      </Text>
      <QuestionsChoice questions={questions} onChange={setQuestions} />
      {start.error !== null && <ProblemAlert error={start.error} />}
      {stop.error !== null && <ProblemAlert error={stop.error} />}
      {underWay && newest !== undefined && <CheckProgress run={newest} providers={providers} />}
      {ended && <Outcome run={newest} providers={providers} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {t('action.close')}
        </Button>
        {underWay && newest?.probe === true && newest.stoppedBy === null && (
          <Button variant="default" onClick={() => stop.mutate(newest.id)} loading={stop.isPending}>
            {t('admin.checkAll.stop')}
          </Button>
        )}
        <Button
          onClick={() => start.mutate(undefined)}
          loading={start.isPending || underWay}
          disabled={!isWhole(questions)}
          data-autofocus
        >
          {t('admin.checkAll.start')}
        </Button>
      </Group>
    </Stack>
  )
}

/** Lists that were read; once models are asked, those. */
const howFar = (run: SyncRunView, providers: ProviderTotals): { asked: number; total: number } => {
  const models = countRun(run)
  return models.due > 0
    ? { asked: models.asked, total: models.due }
    : { asked: run.results.length, total: run.providers?.length ?? providers.length }
}

export const CheckAll = ({ providers }: { providers: ProviderTotals }): ReactElement => {
  const { t } = useTranslation()
  const [opened, dialog] = useDisclosure()
  const { newest, underWay } = useNewestRun()
  return (
    <>
      <Button
        variant="default"
        // Not the button's own sign of work, which would switch it off: the way to the progress and to the stop.
        leftSection={underWay ? <Loader size={16} type="dots" aria-hidden /> : <IconRefresh size={16} aria-hidden />}
        onClick={dialog.open}
      >
        {underWay && newest !== undefined
          ? t('admin.checkAll.short', howFar(newest, providers))
          : t('admin.checkAll.title')}
      </Button>
      <Modal opened={opened} onClose={dialog.close} title={t('admin.checkAll.title')} size="lg">
        {opened && <Dialog providers={providers} onClose={dialog.close} />}
      </Modal>
    </>
  )
}
