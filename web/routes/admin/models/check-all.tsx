/** "Check all": asks every provider in the background; goes on when the page is left, and is found again. */
import { Alert, Button, Checkbox, Group, Modal, Progress, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconRefresh } from '@tabler/icons-react'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { startModelSync } from '../../../../src/http/contract/model-admin.ts'
import { call } from '../../../api.ts'
import { ProblemAlert } from '../../../components/problem-alert.tsx'
import { ProviderResults, type SyncRunView } from '../sync/provider-results.tsx'
import { useNewestRun } from '../sync/use-newest-run.ts'
import { useAct } from '../use-act.ts'

const RunProgress = ({ run, providers }: { run: SyncRunView; providers: readonly string[] }): ReactElement => {
  const { t } = useTranslation()
  const total = Math.max(1, run.providers?.length ?? providers.length)
  const asked = run.results.length
  const text = asked < total ? t('admin.checkAll.asked', { asked, total }) : t('admin.checkAll.probing')
  return (
    <Stack gap={6} data-check-progress>
      <Text size="sm" role="status">
        {run.state === 'waiting' ? t('admin.checkAll.waiting') : text}
      </Text>
      <Progress
        value={Math.max(4, (asked / total) * (run.probe ? 80 : 95))}
        animated
        aria-label={t('admin.checkAll.title')}
      />
    </Stack>
  )
}

const Dialog = ({ providers, onClose }: { providers: readonly string[]; onClose: () => void }): ReactElement => {
  const { t } = useTranslation()
  const { newest, underWay } = useNewestRun()
  const [probe, setProbe] = useState(false)
  const [runId, setRunId] = useState<string | null>(null)
  const start = useAct({
    quiet: true,
    run: async () => await call(startModelSync, { body: { probe } }),
    onSuccess: (started) => setRunId(started.runId),
  })
  const ended = !underWay && newest !== undefined && newest.id === runId
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t('admin.checkAll.hint')}
      </Text>
      <Checkbox
        label={t('admin.checkAll.probe')}
        description={t('admin.checkAll.probeHint')}
        checked={probe}
        onChange={(event) => setProbe(event.currentTarget.checked)}
      />
      {start.error !== null && <ProblemAlert error={start.error} />}
      {underWay && newest !== undefined && <RunProgress run={newest} providers={providers} />}
      {ended && (
        <Alert
          color={newest.state === 'done' ? 'pine' : 'rose'}
          role="status"
          title={newest.state === 'done' ? t('admin.checkAll.done') : t('admin.checkAll.failed')}
        >
          {newest.error}
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
        <Button onClick={() => start.mutate(undefined)} loading={start.isPending || underWay} data-autofocus>
          {t('admin.checkAll.start')}
        </Button>
      </Group>
    </Stack>
  )
}

export const CheckAll = ({ providers }: { providers: readonly string[] }): ReactElement => {
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
