/** Each request with whom it asked for, who was considered, who was left out and why, and who answered. */
import { Badge, Group, List, Switch, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { IconRoute } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useSearchParams } from 'react-router'
import type { StoredDecision } from '../../../../src/http/contract/chains.ts'
import { AddressField } from '../../../components/address-field.tsx'
import { EmptyState } from '../../../components/empty-state.tsx'
import { ProblemAlert } from '../../../components/problem-alert.tsx'
import { ShowMore } from '../../../components/show-more.tsx'
import { translateCode } from '../../../describe-problem.ts'
import { sayReason } from '../../../say-because.ts'
import { decisionsQuery, type DecisionFilters } from '../admin-queries.ts'
import { TimeAgo } from '../time-ago.tsx'
import classes from '../admin.module.css'
import { operationName } from '../../credits/operation-name.ts'

const Outcome = ({ decision }: { decision: StoredDecision }): ReactElement => {
  const { t } = useTranslation()
  if (decision.model === null) {
    return (
      <Badge color="rose">
        {decision.errorCode === null ? t('admin.choices.nobody') : translateCode(t, decision.errorCode).title}
      </Badge>
    )
  }
  const model = `${decision.provider}/${decision.model}`
  return (
    <Badge color={decision.fallbackUsed ? 'amber' : 'pine'} tt="none">
      {decision.fallbackUsed ? t('admin.choices.fallback', { model }) : t('admin.choices.answered', { model })}
    </Badge>
  )
}

type Target = StoredDecision['targets' | 'skipped'][number]

const Considered = ({ target }: { target: Target }): ReactElement => {
  const { t, i18n } = useTranslation()
  return (
    <List.Item>
      <code>
        {target.provider}/{target.model}
      </code>{' '}
      {sayReason(t, i18n.language, target.reason, target.because)}
    </List.Item>
  )
}

const One = ({ decision }: { decision: StoredDecision }): ReactElement => {
  const { t } = useTranslation()
  return (
    <li data-decision={decision.id}>
      <Group gap="xs">
        <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
          {decision.asked}
        </Text>
        <Outcome decision={decision} />
        <Badge color="gray">{t(`admin.choices.chain.${decision.chain}`)}</Badge>
        {decision.operation !== null && <Badge color="gray">{operationName(t, decision.operation)}</Badge>}
      </Group>
      <Text size="xs" c="dimmed" mt={2} style={{ overflowWrap: 'anywhere' }}>
        <TimeAgo iso={decision.createdAt} /> · {decision.requestId}
        {decision.transcriptionId !== null && (
          <>
            {' · '}
            <Link to={`/recordings/${decision.transcriptionId}`}>{t('admin.errors.openRecording')}</Link>
          </>
        )}
      </Text>
      <details style={{ marginTop: 4 }}>
        <summary style={{ cursor: 'pointer', fontSize: 'var(--mantine-font-size-sm)' }}>
          {t('admin.choices.considered', { count: decision.targets.length + decision.skipped.length })}
        </summary>
        <List type="ordered" size="sm" mt={4}>
          {decision.targets.map((target, index) => (
            <Considered key={index} target={target} />
          ))}
        </List>
        {decision.skipped.length > 0 && (
          <>
            <Text size="sm" fw={550} mt={4}>
              {t('admin.choices.leftOut')}
            </Text>
            <List size="sm">
              {decision.skipped.map((target, index) => (
                <Considered key={index} target={target} />
              ))}
            </List>
          </>
        )}
      </details>
    </li>
  )
}

const useDecisionFilters = () => {
  const [params, setParams] = useSearchParams()
  const text = (name: string): string => params.get(name) ?? ''
  const requestId = text('requestId')
  const model = text('model')
  // Only what is asked waits for the end of a word.
  const [askedRequest] = useDebouncedValue(requestId.trim(), 300)
  const [askedModel] = useDebouncedValue(model.trim(), 300)
  const filters: DecisionFilters = {
    ...(askedRequest !== '' && { requestId: askedRequest }),
    // What is half written would be refused.
    ...(/^[^/\s]+\/\S+$/u.test(askedModel) && { model: askedModel }),
    ...(text('transcriptionId') !== '' && { transcriptionId: text('transcriptionId') }),
    ...(text('fallback') !== '' && { fallback: 'true' }),
  }
  const set = (name: string, value: string): void =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before)
        if (value === '') next.delete(name)
        else next.set(name, value)
        return next
      },
      { replace: true },
    )
  return { filters, set, requestId, model, onlyFallbacks: text('fallback') !== '' }
}

export const DecisionList = (): ReactElement => {
  const { t } = useTranslation()
  const { filters, set, requestId, model, onlyFallbacks } = useDecisionFilters()
  const list = useInfiniteQuery(decisionsQuery(filters))
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <>
      <Group gap="sm" mb="md" align="flex-end">
        <AddressField
          w={{ base: '100%', sm: 280 }}
          label={t('admin.errors.request')}
          value={requestId}
          onChange={(value) => set('requestId', value)}
        />
        <AddressField
          w={{ base: '100%', sm: 280 }}
          label={t('admin.choices.modelThatAnswered')}
          value={model}
          placeholder="provider/model"
          onChange={(value) => set('model', value)}
        />
        <Switch
          mb={8}
          label={t('admin.choices.onlyFallbacks')}
          checked={onlyFallbacks}
          onChange={(event) => set('fallback', event.currentTarget.checked ? '1' : '')}
        />
      </Group>
      {list.error !== null && <ProblemAlert error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && items.length === 0 && (
        <EmptyState icon={<IconRoute size={40} stroke={1.3} aria-hidden />} title={t('admin.choices.none')}>
          {t('admin.choices.noneHint')}
        </EmptyState>
      )}
      {items.length > 0 && (
        <ul className={`card ${classes.list ?? ''}`} style={{ padding: '16px 20px' }}>
          {items.map((decision) => (
            <One key={decision.id} decision={decision} />
          ))}
        </ul>
      )}
      <ShowMore list={list} />
    </>
  )
}
