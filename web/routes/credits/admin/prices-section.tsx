/** The price list: what the product brings, and what stands in its place. */
import { Badge, Button, Group, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconPlus } from '@tabler/icons-react'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { resetCreditPrice, type CreditPrice } from '../../../../src/http/contract/credits.ts'
import { call } from '../../../api.ts'
import { ProblemAlert } from '../../../components/problem-alert.tsx'
import { WideTable } from '../../../components/wide-table.tsx'
import { formatNumber } from '../../../format.ts'
import { creditPricesQuery } from '../credit-queries.ts'
import classes from '../credits.module.css'
import { operationName } from '../operation-name.ts'
import { Read } from '../read.tsx'
import { newPrice, PriceForm, type PriceDraft } from './price-form.tsx'
import { useCreditAct } from './use-credit-act.ts'

interface RowProps {
  price: CreditPrice
  onChange: (draft: PriceDraft) => void
  onReset: (price: CreditPrice) => void
}

const Row = ({ price, onChange, onReset }: RowProps): ReactElement => {
  const { t, i18n } = useTranslation()
  const place = [price.provider, price.model].filter((part) => part !== null).join('/')
  const name = `${operationName(t, price.operation)}${place === '' ? '' : `, ${place}`}`
  return (
    <Table.Tr data-price={`${price.operation} ${place}`.trim()}>
      <Table.Td>{operationName(t, price.operation)}</Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{place === '' ? t('credits.all') : place}</Table.Td>
      <Table.Td ta="end">
        {formatNumber(price.credits, i18n.language, 6)}{' '}
        <Text span size="xs" c="dimmed">
          {t(`credits.per.${price.unit}`)}
        </Text>
      </Table.Td>
      <Table.Td>{price.origin === 'admin' && <Badge color="pine">{t('credits.admin.yours')}</Badge>}</Table.Td>
      <Table.Td>
        <Group gap={6} justify="flex-end" wrap="nowrap">
          <Button
            size="compact-sm"
            variant="default"
            aria-label={t('credits.admin.changeNamed', { name })}
            onClick={() => onChange({ ...price, isNew: false })}
          >
            {t('credits.admin.change')}
          </Button>
          {price.origin === 'admin' && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={t('credits.admin.resetNamed', { name })}
              onClick={() => onReset(price)}
            >
              {t('credits.admin.reset')}
            </Button>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  )
}

export const PricesSection = (): ReactElement => {
  const { t, i18n } = useTranslation()
  const prices = useQuery(creditPricesQuery)
  const [draft, setDraft] = useState<PriceDraft | null>(null)
  const reset = useCreditAct<CreditPrice>({
    run: async ({ operation, provider, model }) =>
      await call(resetCreditPrice, { body: { operation, provider, model } }),
    done: t('settings.saved'),
  })
  return (
    <section className={`card ${classes.section ?? ''}`} aria-label={t('credits.admin.prices')}>
      <Group justify="space-between" mb="md" gap="sm" align="flex-start">
        <div style={{ maxWidth: 640 }}>
          <Title order={2}>{t('credits.admin.prices')}</Title>
          <Text size="sm" c="dimmed">
            {t('credits.admin.pricesHint')}
          </Text>
        </div>
        <Button variant="default" leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setDraft(newPrice)}>
          {t('credits.admin.addPrice')}
        </Button>
      </Group>
      {reset.error !== null && <ProblemAlert error={reset.error} />}
      <Read query={prices}>
        {({ items, newUserCredits }) => (
          <>
            <WideTable
              minWidth={680}
              columns={[
                t('credits.operation'),
                t('credits.admin.holdsFor'),
                { label: t('credits.admin.base'), align: 'end' },
                { label: t('credits.admin.origin'), isHidden: true },
                { label: t('credits.admin.acts'), isHidden: true },
              ]}
            >
              {items.map((price) => (
                <Row
                  key={`${price.operation} ${price.provider ?? ''} ${price.model ?? ''}`}
                  price={price}
                  onChange={setDraft}
                  onReset={(one) => reset.mutate(one)}
                />
              ))}
            </WideTable>
            <Text size="xs" c="dimmed" mt="sm">
              {t('credits.admin.newUsers', { credits: formatNumber(newUserCredits, i18n.language, 2) })}
            </Text>
          </>
        )}
      </Read>
      <PriceForm draft={draft} onClose={() => setDraft(null)} />
    </section>
  )
}
