/** How requests to a model are shaped: its limits and where each is from, what becomes of parameters, what was learned. */
import { ActionIcon, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconEraser } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { deleteLearnedRule } from '../../../../src/http/contract/credentials.ts'
import { updateCatalogModel } from '../../../../src/http/contract/model-admin.ts'
import { call } from '../../../api.ts'
import { WideTable } from '../../../components/wide-table.tsx'
import { formatDate, formatNumber } from '../../../format.ts'
import { learnedRulesQuery } from '../admin-queries.ts'
import { formatDollars } from '../format-admin.ts'
import { QueryView } from '../query-view.tsx'
import { showValue } from '../show-value.ts'
import { useAct } from '../use-act.ts'
import { useConfirm } from '../use-confirm.tsx'
import type { ModelRow } from './model-row.ts'
import { RequestRules } from './request-rules.tsx'
import { useSource } from './use-source.ts'

const ruleFields = [
  'contextLength',
  'maxOutputTokens',
  'capabilities',
  'operations',
  'creditMultiplier',
  'prices',
] as const

const priceFields = ['inputPerMillion', 'outputPerMillion', 'cachedInputPerMillion', 'audioPerMinute'] as const

const Prices = ({ row }: { row: ModelRow }): ReactElement => {
  const { t, i18n } = useTranslation()
  const known = priceFields.flatMap((field) => {
    const value = row.price?.[field]
    return typeof value === 'number' ? [{ field, shown: formatDollars(value, i18n.language) }] : []
  })
  if (known.length === 0) return <>{t('admin.unknown')}</>
  return (
    <>
      {known.map(({ field, shown }) => (
        <div key={field}>
          {t(`admin.rules.price.${field}`)}: {shown}
        </div>
      ))}
    </>
  )
}

type LearnedLimit = 'contextLength' | 'maxOutputTokens'
const isLimit = (field: string): field is LearnedLimit => field === 'contextLength' || field === 'maxOutputTokens'

/** Sets a limit that refusals taught back to what it was before. */
const ForgetLimit = ({ row, field }: { row: ModelRow; field: LearnedLimit }): ReactElement => {
  const { t } = useTranslation()
  const confirm = useConfirm()
  const name = t('admin.rules.forgetLimit', { field: t(`admin.models.column.${field}`) })
  const { provider, key } = row
  const forget = useAct({
    run: async () => await call(updateCatalogModel, { params: { provider, key }, body: { forgetLimits: [field] } }),
    done: () => t('admin.rules.limitForgotten'),
  })
  const ask = (): void =>
    confirm({
      title: name,
      text: t('admin.rules.forgetLimitHint'),
      confirm: t('admin.rules.forget'),
      onConfirm: () => forget.mutate(undefined),
    })
  return (
    <ActionIcon aria-label={name} loading={forget.isPending} onClick={ask} ml="xs">
      <IconEraser size={16} aria-hidden />
    </ActionIcon>
  )
}

const Sources = ({ row }: { row: ModelRow }): ReactElement => {
  const { t, i18n } = useTranslation()
  const can = row.capabilities.map((one) => t(`becauseWord.capability.${one}`, { defaultValue: one }))
  const work = row.operations.map((one) => t(`admin.models.operation.${one}`))
  const from = useSource()
  const showLimit = (value: unknown): string =>
    typeof value === 'number' ? formatNumber(value, i18n.language, 3) : showValue(value)
  return (
    <WideTable
      minWidth={420}
      verticalSpacing="xs"
      columns={[t('admin.rules.field'), t('admin.rules.value'), t('admin.rules.source')]}
    >
      {ruleFields.map((field) => {
        const source = row.sources[field]
        return (
          <Table.Tr key={field}>
            <Table.Td>{t(`admin.models.column.${field}`)}</Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>
              {field === 'prices' ? (
                <Prices row={row} />
              ) : (
                showLimit(field === 'operations' ? work : field === 'capabilities' ? can : row[field])
              )}
            </Table.Td>
            <Table.Td>
              {source === undefined
                ? from(row.source, row.sourceBecause)
                : `${t(`admin.rules.kind.${source.kind}`)} · ${from(source.from, source.because)}${source.at === '' ? '' : ` · ${formatDate(source.at, i18n.language)}`}`}
              {source?.kind === 'learned' && isLimit(field) && <ForgetLimit row={row} field={field} />}
            </Table.Td>
          </Table.Tr>
        )
      })}
    </WideTable>
  )
}

export const ModelRules = ({ row }: { row: ModelRow }): ReactElement => {
  const { t, i18n } = useTranslation()
  const confirm = useConfirm()
  const learned = useQuery(learnedRulesQuery)
  const forget = useAct({
    run: async (field: string) =>
      await call(deleteLearnedRule, { query: { provider: row.provider, model: row.key, field } }),
    done: () => t('admin.rules.forgotten'),
  })
  return (
    <Stack gap="lg">
      <section aria-label={t('admin.rules.limits')}>
        <Title order={3} size="h5" mb={4}>
          {t('admin.rules.limits')}
        </Title>
        <Sources row={row} />
      </section>
      <section aria-label={t('admin.rules.request')}>
        <Title order={3} size="h5">
          {t('admin.rules.request')}
        </Title>
        <Text size="sm" c="dimmed" mb="xs">
          {t('admin.rules.requestHint')}
        </Text>
        <RequestRules row={row} />
      </section>
      <section aria-label={t('admin.rules.learned')}>
        <Title order={3} size="h5">
          {t('admin.rules.learned')}
        </Title>
        <Text size="sm" c="dimmed" mb="xs">
          {t('admin.rules.learnedHint')}
        </Text>
        <QueryView query={learned} lines={2}>
          {({ items }) => {
            const own = items.filter((rule) => rule.provider === row.provider && rule.model === row.key)
            if (own.length === 0) return <Text size="sm">{t('admin.rules.none')}</Text>
            return (
              <WideTable
                minWidth={420}
                verticalSpacing="xs"
                columns={[
                  t('providers.parameter'),
                  t('providers.evidence'),
                  t('providers.since'),
                  t('admin.rules.forget'),
                ]}
              >
                {own.map((rule) => (
                  <Table.Tr key={rule.field}>
                    <Table.Td>{rule.field}</Table.Td>
                    <Table.Td style={{ overflowWrap: 'anywhere' }}>{rule.evidence}</Table.Td>
                    <Table.Td>{formatDate(rule.learnedAt, i18n.language)}</Table.Td>
                    <Table.Td>
                      <ActionIcon
                        aria-label={t('admin.rules.forgetNamed', { field: rule.field })}
                        loading={forget.isPending}
                        onClick={() =>
                          confirm({
                            title: t('admin.rules.forgetNamed', { field: rule.field }),
                            text: t('admin.rules.forgetHint'),
                            confirm: t('admin.rules.forget'),
                            onConfirm: () => forget.mutate(rule.field),
                          })
                        }
                      >
                        <IconEraser size={16} aria-hidden />
                      </ActionIcon>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </WideTable>
            )
          }}
        </QueryView>
      </section>
    </Stack>
  )
}
