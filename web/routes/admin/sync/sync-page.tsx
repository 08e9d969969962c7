/** The catalog and the providers' lists: compare without changing, sync, and decide about lists that were not believed. */
import { Badge, Button, Checkbox, Group, Select, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconEyeSearch, IconRefresh } from '@tabler/icons-react'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { startModelSync } from '../../../../src/http/contract/model-admin.ts'
import { call } from '../../../api.ts'
import { EmptyState } from '../../../components/empty-state.tsx'
import { Page } from '../../../components/page.tsx'
import { ProblemAlert } from '../../../components/problem-alert.tsx'
import { catalogQuery, syncRunsQuery } from '../admin-queries.ts'
import { QueryView } from '../query-view.tsx'
import { Section } from '../../../components/section.tsx'
import { TimeAgo } from '../time-ago.tsx'
import { useAct } from '../use-act.ts'
import { useConfirm } from '../use-confirm.tsx'
import { DeadTargets } from './dead-targets.tsx'
import { HeldLists } from './held-lists.tsx'
import { useNewestRun } from './use-newest-run.ts'
import { ProviderResults, type SyncRunView } from './provider-results.tsx'
import classes from '../admin.module.css'

const StartSync = (): ReactElement => {
  const { t } = useTranslation()
  const confirm = useConfirm()
  const catalog = useQuery(catalogQuery)
  const [provider, setProvider] = useState<string | null>(null)
  const [probe, setProbe] = useState(false)
  const chosen = provider === null ? {} : { providers: [provider] }
  const preview = useAct({
    quiet: true,
    run: async () => await call(startModelSync, { body: { ...chosen, dryRun: true } }),
  })
  const start = useAct({
    quiet: true,
    run: async () => await call(startModelSync, { body: { ...chosen, probe } }),
    done: () => t('admin.sync.started'),
    onSuccess: () => preview.reset(),
  })
  return (
    <Section title={t('admin.sync.startTitle')} description={t('admin.sync.startHint')}>
      <Stack gap="md">
        <Group gap="sm" align="flex-end">
          <Select
            w={220}
            label={t('admin.sync.provider')}
            placeholder={t('admin.sync.allProviders')}
            data={catalog.data?.providers.map((one) => one.provider) ?? []}
            value={provider}
            onChange={setProvider}
            clearable
          />
          <Button
            variant="default"
            leftSection={<IconEyeSearch size={16} aria-hidden />}
            loading={preview.isPending}
            onClick={() => preview.mutate(undefined)}
          >
            {t('admin.sync.dryRun')}
          </Button>
          <Button
            leftSection={<IconRefresh size={16} aria-hidden />}
            loading={start.isPending}
            onClick={() =>
              confirm({
                title: t('admin.sync.confirmTitle'),
                text: t('admin.sync.confirmHint'),
                confirm: t('admin.sync.run'),
                onConfirm: () => start.mutate(undefined),
              })
            }
          >
            {t('admin.sync.run')}
          </Button>
        </Group>
        <Checkbox
          label={t('admin.sync.probe')}
          description={t('admin.sync.probeHint')}
          checked={probe}
          onChange={(event) => setProbe(event.currentTarget.checked)}
        />
        {preview.error !== null && <ProblemAlert error={preview.error} />}
        {start.error !== null && <ProblemAlert error={start.error} />}
        {preview.data !== undefined && (
          <section aria-label={t('admin.sync.previewTitle')} data-sync-preview>
            <Text fw={550} mb="xs" role="status">
              {t('admin.sync.previewTitle')}
            </Text>
            <DeadTargets targets={preview.data.deadTargets} />
            <ProviderResults results={preview.data.results} />
          </section>
        )}
      </Stack>
    </Section>
  )
}

const stateColors: Record<SyncRunView['state'], string> = {
  waiting: 'gray',
  running: 'amber',
  done: 'pine',
  failed: 'rose',
}

const Run = ({ run }: { run: SyncRunView }): ReactElement => {
  const { t } = useTranslation()
  return (
    <li data-sync-run={run.state}>
      <Group gap="xs" mb={6}>
        <Badge color={stateColors[run.state]}>{t(`admin.sync.state.${run.state}`)}</Badge>
        <Text size="sm">
          {t(`admin.sync.trigger.${run.trigger}`)}
          {run.startedBy !== null && ` · ${run.startedBy}`} ·{' '}
          {run.providers?.join(', ') ?? t('admin.sync.allProviders')}
        </Text>
        <Text size="sm" c="dimmed">
          <TimeAgo iso={run.createdAt} />
        </Text>
      </Group>
      {run.error !== null && (
        <Text size="sm" c="var(--mantine-color-error)" mb={6}>
          {run.error}
        </Text>
      )}
      <DeadTargets targets={run.deadTargets} />
      {run.results.length > 0 && <ProviderResults results={run.results} />}
    </li>
  )
}

const Runs = (): ReactElement => {
  const { t } = useTranslation()
  const runs = useQuery(syncRunsQuery)
  useNewestRun()
  return (
    <Section title={t('admin.sync.runsTitle')} description={t('admin.sync.runsHint')}>
      <QueryView query={runs}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState icon={<IconRefresh size={34} stroke={1.4} aria-hidden />} title={t('admin.sync.noRuns')}>
              {t('admin.sync.noRunsHint')}
            </EmptyState>
          ) : (
            <ul className={classes.list}>
              {items.map((run) => (
                <Run key={run.id} run={run} />
              ))}
            </ul>
          )
        }
      </QueryView>
    </Section>
  )
}

export const SyncPage = (): ReactElement => {
  const { t } = useTranslation()
  return (
    <Page title={t('admin.nav.sync')} description={t('admin.sync.description')} width={1080}>
      <HeldLists />
      <StartSync />
      <Runs />
    </Page>
  )
}
