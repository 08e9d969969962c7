/** Keys for AI providers, for administrators: added with a live test, shown masked, and what was learned from answers. */
import { Badge, Button, Group, Skeleton, Stack, Switch, Table, Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { IconPlugConnected, IconTrash } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import {
  deleteCredential,
  testCredential,
  updateCredential,
  type CredentialView,
} from '../../../src/http/contract/credentials.ts'
import { call } from '../../api.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { ProblemAlert } from '../../components/problem-alert.tsx'
import { translateCode } from '../../describe-problem.ts'
import { formatDate, formatTook } from '../../format.ts'
import { credentialsQuery, learnedRulesQuery, modelsQuery } from '../../queries.ts'
import { AddProviderKey } from './add-provider-key.tsx'
import { Section } from '../../components/section.tsx'
import { WideTable } from '../../components/wide-table.tsx'

const useCredentialChanges = (id: string) => {
  const client = useQueryClient()
  const onSettled = (): void => {
    void client.invalidateQueries({ queryKey: credentialsQuery.queryKey })
    void client.invalidateQueries({ queryKey: modelsQuery.queryKey })
  }
  const test = useMutation({ mutationFn: async () => await call(testCredential, { params: { id } }), onSettled })
  const change = useMutation({
    mutationFn: async (enabled: boolean) => await call(updateCredential, { params: { id }, body: { enabled } }),
    onSettled,
  })
  const remove = useMutation({ mutationFn: async () => await call(deleteCredential, { params: { id } }), onSettled })
  return { test, change, remove }
}

const TestResult = ({ test }: { test: ReturnType<typeof useCredentialChanges>['test'] }): ReactElement | null => {
  const { t, i18n } = useTranslation()
  if (test.data === undefined) return null
  const { ok, models, durationMs, error } = test.data
  const failed = error === null ? null : translateCode(t, error.code, error)
  return (
    <Text size="sm" role="status" c={ok ? 'var(--mantine-color-text)' : 'var(--mantine-color-error)'}>
      {ok
        ? t('providers.works', { count: models ?? 0, time: formatTook(durationMs, i18n.language) })
        : `${failed?.title ?? ''}: ${error?.message ?? ''} ${failed?.advice ?? ''}`}
    </Text>
  )
}

const State = ({ credential }: { credential: CredentialView }): ReactElement => {
  const { t, i18n } = useTranslation()
  const { restsUntil, restReason, testError, testedAt } = credential
  return (
    <Stack gap={2}>
      {restsUntil !== null && (
        <Text size="sm" c="var(--mantine-color-error)">
          {t('providers.rests', { time: formatDate(restsUntil, i18n.language) })} {restReason}
        </Text>
      )}
      {testError !== null && (
        <Text size="sm" c="var(--mantine-color-error)" style={{ overflowWrap: 'anywhere' }}>
          {t('providers.notTested')} {testError}
        </Text>
      )}
      {testedAt !== null && (
        <Text size="xs" c="dimmed">
          {t('providers.testedAt', { time: formatDate(testedAt, i18n.language) })}
        </Text>
      )}
    </Stack>
  )
}

const Row = ({ credential }: { credential: CredentialView }): ReactElement => {
  const { t } = useTranslation()
  const { test, change, remove } = useCredentialChanges(credential.id)
  const label = `${credential.provider} · ${credential.name}`
  const fromSettings = credential.origin === 'settings'
  const confirm = (): void => {
    modals.openConfirmModal({
      title: t('providers.removeTitle', { name: label }),
      children: <Text size="sm">{t('providers.removeHint')}</Text>,
      labels: { confirm: t('providers.remove'), cancel: t('action.keep') },
      confirmProps: { color: 'rose' },
      withCloseButton: false,
      onConfirm: () => remove.mutate(),
    })
  }
  const problem = test.error ?? change.error ?? remove.error
  return (
    <li style={{ padding: '12px 0', borderTop: '1px solid var(--line)' }} data-credential={label}>
      <Stack gap={6}>
        <Group gap={8}>
          <Text fw={550}>{label}</Text>
          <Text size="sm" c="dimmed" className="tabular">
            {credential.masked === '' ? t('providers.noKey') : credential.masked}
          </Text>
          {fromSettings && <Badge color="gray">{t('providers.fromSettings')}</Badge>}
        </Group>
        {credential.baseUrl !== null && (
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {credential.baseUrl}
          </Text>
        )}
        <State credential={credential} />
        <TestResult test={test} />
        <Group gap="sm">
          <Button
            size="xs"
            variant="default"
            loading={test.isPending}
            leftSection={<IconPlugConnected size={15} aria-hidden />}
            aria-label={t('providers.testNamed', { name: label })}
            onClick={() => test.mutate()}
          >
            {t('providers.test')}
          </Button>
          {!fromSettings && (
            <>
              <Switch
                label={t('providers.inUse')}
                aria-label={t('providers.inUseNamed', { name: label })}
                checked={credential.enabled}
                disabled={change.isPending}
                onChange={(event) => change.mutate(event.currentTarget.checked)}
              />
              <Button
                size="xs"
                variant="subtle"
                color="rose"
                leftSection={<IconTrash size={15} aria-hidden />}
                aria-label={t('providers.removeNamed', { name: label })}
                onClick={confirm}
              >
                {t('providers.remove')}
              </Button>
            </>
          )}
        </Group>
        {problem !== null && <ProblemAlert error={problem} />}
      </Stack>
    </li>
  )
}

const LearnedRules = (): ReactElement | null => {
  const { t, i18n } = useTranslation()
  const list = useQuery(learnedRulesQuery)
  if (list.error !== null) return <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />
  if ((list.data?.items.length ?? 0) === 0) return null
  return (
    <Section title={t('providers.learnedTitle')} description={t('providers.learnedHint')}>
      <WideTable
        minWidth={560}
        verticalSpacing="xs"
        columns={[t('providers.model'), t('providers.parameter'), t('providers.evidence'), t('providers.since')]}
      >
        {list.data?.items.map((rule) => (
          <Table.Tr key={`${rule.provider}/${rule.model}/${rule.field}`}>
            <Table.Td>{`${rule.provider}/${rule.model}`}</Table.Td>
            <Table.Td>{rule.field}</Table.Td>
            <Table.Td>{rule.evidence}</Table.Td>
            <Table.Td>{formatDate(rule.learnedAt, i18n.language)}</Table.Td>
          </Table.Tr>
        ))}
      </WideTable>
    </Section>
  )
}

export const ProvidersSection = (): ReactElement => {
  const { t } = useTranslation()
  const list = useQuery(credentialsQuery)
  return (
    <>
      <Section title={t('providers.title')} description={t('providers.hint')}>
        {list.error !== null && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
        {list.isPending && <Skeleton h={90} radius="md" aria-hidden />}
        {list.data?.items.length === 0 && (
          <EmptyState icon={<IconPlugConnected size={32} aria-hidden />} title={t('providers.none')}>
            {t('providers.noneHint')}
          </EmptyState>
        )}
        <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
          {list.data?.items.map((credential) => (
            <Row key={credential.id} credential={credential} />
          ))}
        </ul>
      </Section>
      {list.data !== undefined && <AddProviderKey providers={list.data.providers} />}
      <LearnedRules />
    </>
  )
}
