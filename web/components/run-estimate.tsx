/** What a run would take, before it: tokens, chunks, credits, time and the provider's price. */
import { Alert, Group, Loader, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { CreditEstimate, CreditEstimateItem } from '../../src/http/contract/credits.ts'
import { formatCost, formatNumber, formatSpan } from '../format.ts'
import { estimateQuery, type EstimateWish } from '../queries.ts'
import { nameOfModel } from './model-options.ts'
import classes from './run-estimate.module.css'

/** Less than a second is not worth telling apart. */
const spanOf = (t: TFunction, seconds: number, locale: string): string =>
  t('estimate.time', { span: formatSpan(Math.max(1, seconds), locale) })

const itemFacts = (t: TFunction, item: CreditEstimateItem, locale: string): string[] => {
  const facts: string[] = []
  if (item.inputTokens !== null) {
    const tokens = item.inputTokens + (item.outputTokens ?? 0)
    facts.push(t('estimate.tokens', { tokens: formatNumber(tokens, locale, 0), count: tokens }))
  }
  if (item.chunks !== null) facts.push(t('estimate.chunks', { count: item.chunks }))
  if (item.seconds !== null) facts.push(spanOf(t, item.seconds, locale))
  return facts
}

const Items = ({ estimate }: { estimate: CreditEstimate }): ReactElement => {
  const { t, i18n } = useTranslation()
  const locale = i18n.language
  return (
    <dl className={classes.items}>
      {estimate.items.map((item) => (
        <div key={`${item.operation}${item.provider}${item.model}`} className={classes.item}>
          <dt>
            {t(`operation.${item.operation}`)}
            <span className={classes.model}>{nameOfModel(t, { ...item, basic: item.provider === 'offline' })}</span>
          </dt>
          <dd>
            {estimate.enabled && (
              <span>{t('estimate.credits', { credits: formatNumber(item.credits, locale, 2) })}</span>
            )}
            <span className={classes.facts}>{itemFacts(t, item, locale).join(' · ')}</span>
          </dd>
        </div>
      ))}
    </dl>
  )
}

const Sum = ({ estimate }: { estimate: CreditEstimate }): ReactElement => {
  const { t, i18n } = useTranslation()
  const locale = i18n.language
  const facts: string[] = []
  facts.push(estimate.seconds === null ? t('estimate.timeUnknown') : spanOf(t, estimate.seconds, locale))
  if (estimate.costMicrocents === null) facts.push(t('estimate.costUnknown'))
  else if (estimate.costMicrocents > 0)
    facts.push(t('estimate.cost', { cost: formatCost(estimate.costMicrocents, locale) }))
  return (
    <Group justify="space-between" gap="0 12px" align="baseline">
      <Text size="sm" fw={600} style={{ whiteSpace: 'nowrap' }}>
        {!estimate.enabled
          ? t('estimate.title')
          : estimate.credits === 0
            ? t('estimate.free')
            : t('estimate.atMost', { credits: formatNumber(estimate.credits, locale, 2) })}
      </Text>
      <Text size="xs" c="dimmed">
        {facts.join(' · ')}
      </Text>
    </Group>
  )
}

const Doubts = ({ estimate }: { estimate: CreditEstimate }): ReactElement | null => {
  const { t, i18n } = useTranslation()
  if (!estimate.enabled) return null
  if (estimate.refusal !== null) {
    const left = estimate.refusal === 'budget-exceeded' ? (estimate.budgetLeft ?? 0) : estimate.available
    const available = formatNumber(left, i18n.language, 3)
    return (
      <Alert color="rose" p="xs">
        {t(`estimate.refusal.${estimate.refusal}`, { available })}
      </Alert>
    )
  }
  if (estimate.budgetAfter === 'ok' || estimate.budgetAfter === 'none') return null
  return (
    <Alert color="amber" p="xs">
      {t(`estimate.budget.${estimate.budgetAfter}`)}
    </Alert>
  )
}

interface RunEstimateProps {
  wish: EstimateWish | null
  /** Stands where there is nothing to reckon from. */
  otherwise?: string
}

export const RunEstimate = ({ wish, otherwise }: RunEstimateProps): ReactElement | null => {
  const { t } = useTranslation()
  const { data, error, isFetching } = useQuery({ ...estimateQuery(wish), enabled: wish !== null })
  if (wish === null) {
    return otherwise === undefined ? null : (
      <Text size="xs" c="dimmed">
        {otherwise}
      </Text>
    )
  }
  if (data === undefined && isFetching) {
    return (
      <Group gap={8} c="dimmed" role="status">
        <Loader size={14} type="oval" aria-hidden />
        <Text size="xs">{t('estimate.reckoning')}</Text>
      </Group>
    )
  }
  if (data === undefined || error !== null) {
    return (
      <Text size="xs" c="dimmed" role="status">
        {t('estimate.failed')}
      </Text>
    )
  }
  if (data.items.length === 0) return null
  return (
    <Stack gap={6} className={classes.box ?? ''} role="group" aria-label={t('estimate.title')} data-estimate>
      <Sum estimate={data} />
      <Items estimate={data} />
      <Doubts estimate={data} />
    </Stack>
  )
}
