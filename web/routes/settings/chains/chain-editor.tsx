/** The chain of one operation: as it holds now, and the editor of one's own. */
import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { deleteChain, saveChain, type Chain, type LastResort } from '../../../../src/http/contract/chains.ts'
import { call } from '../../../api.ts'
import { ChainForm, type ChainDraft } from '../../../components/chain-form.tsx'
import { modelName } from '../../../components/model-options.ts'
import { ProblemAlert } from '../../../components/problem-alert.tsx'
import { chainsQuery, modelsQuery } from '../../../queries.ts'
import { sayReason } from '../../../say-because.ts'
import { OwnModelChooser } from './own-model-chooser.tsx'
import classes from './chains.module.css'

interface ChainEditorProps {
  operation: Chain['operation']
  own: Chain | undefined
  house: Chain | undefined
  lastResort: LastResort
}

/** The order in words: "A → B → last resort". */
const Order = ({ chain, lastResort }: { chain: Chain; lastResort: LastResort }): ReactElement => {
  const { t, i18n } = useTranslation()
  const { data } = useQuery(modelsQuery)
  const names = chain.models.map((ref) => ({
    name: modelName(t, ref, data?.models ?? []),
    dead: chain.dead
      .filter(({ model }) => model === ref)
      .map(({ reason, because }) => sayReason(t, i18n.language, reason, because))[0],
  }))
  const resort = chain.lastResort && lastResort.models.length > 0
  return (
    <ol className={classes.order} aria-label={t('chains.order')}>
      <li>{t('chains.chosen')}</li>
      {names.map(({ name, dead }) => (
        <li key={name} className={dead === undefined ? undefined : classes.dead}>
          {name}
          {dead !== undefined && <span className={classes.reason}>{dead}</span>}
        </li>
      ))}
      {resort && <li>{t('chains.lastResort')}</li>}
    </ol>
  )
}

const useChainChanges = (operation: Chain['operation'], onDone: () => void) => {
  const client = useQueryClient()
  const onSuccess = async (): Promise<void> => {
    onDone()
    await client.invalidateQueries({ queryKey: chainsQuery.queryKey })
  }
  const save = useMutation({
    mutationFn: async (draft: ChainDraft) => await call(saveChain, { params: { operation }, body: draft }),
    onSuccess,
  })
  const reset = useMutation({
    mutationFn: async () => await call(deleteChain, { params: { operation } }),
    onSuccess,
  })
  return { save, reset }
}

export const ChainEditor = ({ operation, own, house, lastResort }: ChainEditorProps): ReactElement => {
  const { t } = useTranslation()
  const models = useQuery(modelsQuery)
  const [editing, setEditing] = useState(false)
  const { save, reset } = useChainChanges(operation, () => setEditing(false))
  const holds = own ?? house
  const name = t(`chains.operation.${operation}`)
  return (
    <Stack gap={8} component="section" aria-label={name} data-chain={operation}>
      <Group justify="space-between" gap="xs">
        <Group gap={8}>
          <Title order={3} fz="sm">
            {name}
          </Title>
          {(holds !== undefined || operation === 'default') && (
            <Badge color={own === undefined ? 'gray' : 'pine'}>
              {own !== undefined ? t('chains.own') : house !== undefined ? t('chains.house') : t('chains.automatic')}
            </Badge>
          )}
        </Group>
        {!editing && (
          <Group gap={6}>
            {own !== undefined && (
              <Button size="compact-sm" variant="subtle" loading={reset.isPending} onClick={() => reset.mutate()}>
                {t('chains.reset')}
              </Button>
            )}
            <Button
              size="compact-sm"
              variant="default"
              aria-label={t('chains.changeNamed', { name })}
              onClick={() => setEditing(true)}
            >
              {t('chains.change')}
            </Button>
          </Group>
        )}
      </Group>
      {editing ? (
        <ChainForm
          label={t('chains.changeNamed', { name })}
          start={{ models: [...(holds?.models ?? [])], lastResort: holds?.lastResort ?? true }}
          nameOf={(ref) => modelName(t, ref, models.data?.models ?? [])}
          chooser={OwnModelChooser}
          saving={save.isPending}
          error={save.error}
          onSave={(draft) => save.mutate(draft)}
          onCancel={() => setEditing(false)}
        />
      ) : holds === undefined ? (
        <Text size="sm" c="dimmed">
          {operation === 'default' ? t('chains.automaticHint') : t('chains.asDefault')}
        </Text>
      ) : (
        <Order chain={holds} lastResort={lastResort} />
      )}
      {reset.error !== null && <ProblemAlert error={reset.error} />}
    </Stack>
  )
}
