/** "Check all": asks every provider in the background; goes on when the page is left, and is found again. */
import { Alert, Button, Group, Modal, NumberInput, Progress, Radio, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconRefresh } from '@tabler/icons-react'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { probeBounds, startModelSync, stopModelSync } from '../../../../src/http/contract/model-admin.ts'
import { call } from '../../../api.ts'
import { ProblemAlert } from '../../../components/problem-alert.tsx'
import { ProviderResults, type SyncRunView } from '../sync/provider-results.tsx'
import { useNewestRun } from '../sync/use-newest-run.ts'
import { useAct } from '../use-act.ts'
import { CheckSummary } from './check-summary.tsx'
import { countRun } from './run-counts.ts'

type Providers = readonly { provider: string; total: number }[]

/** Reading the lists is the first part of the bar, asking models the rest. */
const listShare = 40

const RunProgress = ({ run, providers }: { run: SyncRunView; providers: Providers }): ReactElement => {
  const { t } = useTranslation()
  const total = Math.max(1, run.providers?.length ?? providers.length)
  const asked = run.results.length
  const models = countRun(run)
  const isReading = asked < total && models.due === 0
  const questions = { asked: models.asked, due: models.due, answered: models.answered }
  const text = isReading
    ? t('admin.checkAll.asked', { asked, total })
    : models.due > 0
      ? t('admin.checkAll.questions', questions)
      : t('admin.checkAll.probing')
  const lists = Math.min(1, asked / total) * (run.probe ? listShare : 95)
  const probes = models.due === 0 ? 0 : (models.asked / models.due) * (97 - listShare)
  return (
    <Stack gap={6} data-check-progress>
      <Text size="sm" role="status">
        {run.state === 'waiting' ? t('admin.checkAll.waiting') : text}
      </Text>
      {run.stoppedBy !== null && (
        <Text size="sm" c="dimmed">
          {t('admin.checkAll.stopping')}
        </Text>
      )}
      <Progress value={Math.max(4, lists + (run.probe ? probes : 0))} animated aria-label={t('admin.checkAll.title')} />
    </Stack>
  )
}

type Asking = 'none' | 'unconfirmed' | 'active'
const asking = ['none', 'unconfirmed', 'active'] as const satisfies readonly Asking[]

const Dialog = ({ providers, onClose }: { providers: Providers; onClose: () => void }): ReactElement => {
  const { t } = useTranslation()
  const { newest, underWay } = useNewestRun()
  const [which, setWhich] = useState<Asking>('none')
  const [most, setMost] = useState<number | string>(40)
  const [budgetUsd, setBudgetUsd] = useState<number | string>(0.5)
  const [runId, setRunId] = useState<string | null>(null)
  const start = useAct({
    quiet: true,
    run: async () =>
      await call(startModelSync, {
        body: { probe: which === 'none' ? false : { which, most: Number(most), budgetUsd: Number(budgetUsd) } },
      }),
    onSuccess: (started) => setRunId(started.runId),
  })
  const stop = useAct({
    quiet: true,
    run: async (id: string) => await call(stopModelSync, { params: { id } }),
  })
  const ended = !underWay && newest !== undefined && newest.id === runId
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t('admin.checkAll.hint')}
      </Text>
      <Radio.Group
        label={t('admin.checkAll.ask')}
        value={which}
        onChange={setWhich}
        description={t('admin.checkAll.askHint')}
      >
        <Stack gap="xs" mt="xs">
          {asking.map((one) => (
            <Radio
              key={one}
              value={one}
              label={t(`admin.checkAll.which.${one}`)}
              description={t(`admin.checkAll.whichHint.${one}`)}
            />
          ))}
        </Stack>
      </Radio.Group>
      {which !== 'none' && (
        <Group grow align="start">
          <NumberInput
            label={t('admin.checkAll.most')}
            min={1}
            max={probeBounds.most}
            allowDecimal={false}
            value={most}
            onChange={setMost}
          />
          <NumberInput
            label={t('admin.checkAll.budget')}
            description={t('admin.checkAll.budgetHint')}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            min={0}
            max={probeBounds.budgetUsd}
            decimalScale={2}
            step={0.1}
            value={budgetUsd}
            onChange={setBudgetUsd}
          />
        </Group>
      )}
      {start.error !== null && <ProblemAlert error={start.error} />}
      {stop.error !== null && <ProblemAlert error={stop.error} />}
      {underWay && newest !== undefined && <RunProgress run={newest} providers={providers} />}
      {ended && (
        <Alert
          color={newest.state === 'done' ? 'pine' : 'rose'}
          role="status"
          title={newest.state === 'done' ? t('admin.checkAll.done') : t('admin.checkAll.failed')}
        >
          {newest.error}
          {newest.stoppedBy !== null && (
            <Text size="sm">{t('admin.checkAll.stopped', { name: newest.stoppedBy })}</Text>
          )}
          <CheckSummary run={newest} providers={providers} />
          <ProviderResults results={newest.results} brief />
          <Button component={Link} to="/admin/sync" size="xs" variant="default" mt="xs">
            {t('admin.checkAll.toSync')}
          </Button>
        </Alert>
      )}
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
          disabled={which !== 'none' && (Number(most) < 1 || budgetUsd === '')}
          data-autofocus
        >
          {t('admin.checkAll.start')}
        </Button>
      </Group>
    </Stack>
  )
}

export const CheckAll = ({ providers }: { providers: Providers }): ReactElement => {
  const { t } = useTranslation()
  const [opened, dialog] = useDisclosure()
  const { newest, underWay } = useNewestRun()
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconRefresh size={16} aria-hidden />}
        loading={underWay && !opened}
        loaderProps={{ type: 'dots' }}
        onClick={dialog.open}
      >
        {underWay && newest !== undefined
          ? t('admin.checkAll.short', {
              asked: newest.results.length,
              total: newest.providers?.length ?? providers.length,
            })
          : t('admin.checkAll.title')}
      </Button>
      <Modal opened={opened} onClose={dialog.close} title={t('admin.checkAll.title')} size="lg">
        {opened && <Dialog providers={providers} onClose={dialog.close} />}
      </Modal>
    </>
  )
}
