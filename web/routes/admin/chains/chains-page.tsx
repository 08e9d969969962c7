/** Who is asked when a model fails: the house's chains by operation, and the last resort. */
import { Badge, Button, Group, List, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import {
  chainOperations,
  deleteGlobalChain,
  deleteLastResort,
  saveGlobalChain,
  saveLastResort,
  type Chain,
  type ChainOperation,
  type LastResort,
} from '../../../../src/http/contract/chains.ts'
import { call } from '../../../api.ts'
import { ChainForm } from '../../../components/chain-form.tsx'
import { Page } from '../../../components/page.tsx'
import { catalogQuery, chainsQuery } from '../admin-queries.ts'
import { Section } from '../../../components/section.tsx'
import { sayReason } from '../../../say-because.ts'
import { QueryView } from '../query-view.tsx'
import { TimeAgo } from '../time-ago.tsx'
import { useAct } from '../use-act.ts'
import { useConfirm } from '../use-confirm.tsx'
import { CatalogModelChooser } from './catalog-model-chooser.tsx'
import classes from '../admin.module.css'

const useModelNames = (): ((ref: string) => string) => {
  const { data } = useQuery(catalogQuery)
  return (ref) => data?.models.find((model) => model.ref === ref)?.displayName ?? ref
}

const Targets = ({ models, dead }: { models: readonly string[]; dead: Chain['dead'] }): ReactElement => {
  const { t, i18n } = useTranslation()
  if (models.length === 0) return <Text size="sm">{t('admin.chains.nobodyElse')}</Text>
  return (
    <List type="ordered" size="sm">
      {models.map((model) => {
        const broken = dead.find((one) => one.model === model)
        return (
          <List.Item key={model} style={{ overflowWrap: 'anywhere' }}>
            {model}{' '}
            {broken !== undefined && (
              <>
                <Badge color="rose">{t('admin.chains.dead')}</Badge>{' '}
                <Text span size="sm" c="dimmed">
                  {sayReason(t, i18n.language, broken.reason, broken.because)}
                </Text>
              </>
            )}
          </List.Item>
        )
      })}
    </List>
  )
}

const ChainRow = ({ operation, chain }: { operation: ChainOperation; chain: Chain | undefined }): ReactElement => {
  const { t } = useTranslation()
  const confirm = useConfirm()
  const nameOf = useModelNames()
  const [editing, setEditing] = useState(false)
  const name = t(`admin.chains.operation.${operation}`)
  const save = useAct({
    quiet: true,
    run: async (body: { models: string[]; lastResort: boolean }) =>
      await call(saveGlobalChain, { params: { operation }, body }),
    done: () => t('settings.saved'),
    onSuccess: () => setEditing(false),
  })
  const remove = useAct({
    run: async () => await call(deleteGlobalChain, { params: { operation } }),
    done: () => t('admin.chains.removed'),
  })
  return (
    <li data-chain={operation}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ flex: '1 1 320px', minWidth: 0 }}>
          <Text size="sm" fw={600}>
            {name}
          </Text>
          {chain === undefined ? (
            <Text size="sm" c="dimmed">
              {operation === 'default' ? t('admin.chains.routing') : t('admin.chains.likeDefault')}
            </Text>
          ) : (
            <Stack gap={4}>
              <Targets models={chain.models} dead={chain.dead} />
              <Text size="xs" c="dimmed">
                {chain.lastResort ? t('chains.withLastResort') : t('admin.chains.noLastResort')} ·{' '}
                <TimeAgo iso={chain.updatedAt} />
              </Text>
            </Stack>
          )}
        </div>
        {!editing && (
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              aria-label={chain === undefined ? t('admin.chains.setNamed', { name }) : t('admin.editNamed', { name })}
              onClick={() => setEditing(true)}
            >
              {chain === undefined ? t('admin.chains.set') : t('admin.edit')}
            </Button>
            {chain !== undefined && (
              <Button
                size="xs"
                variant="subtle"
                color="rose"
                loading={remove.isPending}
                aria-label={t('admin.chains.removeNamed', { name })}
                onClick={() =>
                  confirm({
                    title: t('admin.chains.removeNamed', { name }),
                    text: t('admin.chains.removeHint'),
                    confirm: t('admin.chains.remove'),
                    onConfirm: () => remove.mutate(undefined),
                  })
                }
              >
                {t('admin.chains.remove')}
              </Button>
            )}
          </Group>
        )}
      </Group>
      {editing && (
        <ChainForm
          label={t('admin.editNamed', { name })}
          start={{ models: [...(chain?.models ?? [])], lastResort: chain?.lastResort ?? true }}
          nameOf={nameOf}
          chooser={CatalogModelChooser}
          saving={save.isPending}
          error={save.error}
          onSave={(body) => save.mutate(body)}
          onCancel={() => setEditing(false)}
        />
      )}
    </li>
  )
}

const LastResortSection = ({ lastResort }: { lastResort: LastResort }): ReactElement => {
  const { t } = useTranslation()
  const confirm = useConfirm()
  const nameOf = useModelNames()
  const [editing, setEditing] = useState(false)
  const save = useAct({
    quiet: true,
    run: async (models: string[]) => await call(saveLastResort, { body: { models } }),
    done: () => t('settings.saved'),
    onSuccess: () => setEditing(false),
  })
  const reset = useAct({ run: async () => await call(deleteLastResort, {}), done: () => t('admin.chains.removed') })
  return (
    <Section
      title={t('admin.chains.lastResort')}
      description={t('admin.chains.lastResortHint')}
      actions={
        !editing && (
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              aria-label={t('admin.editNamed', { name: t('admin.chains.lastResort') })}
              onClick={() => setEditing(true)}
            >
              {t('admin.edit')}
            </Button>
            {lastResort.source === 'admin' && (
              <Button
                size="xs"
                variant="subtle"
                onClick={() =>
                  confirm({
                    title: t('admin.chains.reset'),
                    text: t('admin.chains.resetHint'),
                    confirm: t('admin.chains.reset'),
                    onConfirm: () => reset.mutate(undefined),
                  })
                }
              >
                {t('admin.chains.reset')}
              </Button>
            )}
          </Group>
        )
      }
    >
      <Badge color="gray" mb="xs">
        {t(`admin.chains.source.${lastResort.source}`)}
      </Badge>
      <Targets models={lastResort.models} dead={lastResort.dead} />
      {editing && (
        <ChainForm
          label={t('admin.editNamed', { name: t('admin.chains.lastResort') })}
          start={{ models: [...lastResort.models], lastResort: false }}
          withLastResort={false}
          nameOf={nameOf}
          chooser={CatalogModelChooser}
          saving={save.isPending}
          error={save.error}
          onSave={({ models }) => save.mutate(models)}
          onCancel={() => setEditing(false)}
        />
      )}
    </Section>
  )
}

export const ChainsPage = (): ReactElement => {
  const { t } = useTranslation()
  const chains = useQuery(chainsQuery)
  return (
    <Page title={t('admin.nav.chains')} description={t('admin.chains.description')}>
      <QueryView query={chains} lines={7}>
        {({ items, lastResort }) => (
          <>
            <Section title={t('admin.chains.byOperation')} description={t('admin.chains.byOperationHint')}>
              <ul className={classes.list}>
                {chainOperations.map((operation) => (
                  <ChainRow
                    key={operation}
                    operation={operation}
                    chain={items.find((chain) => chain.operation === operation)}
                  />
                ))}
              </ul>
            </Section>
            <LastResortSection lastResort={lastResort} />
          </>
        )}
      </QueryView>
    </Page>
  )
}
