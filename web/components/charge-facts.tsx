/** What was taken for a text: the sum in one line, how it came about on demand. */
import { Button, Popover, Stack, Table, Text } from '@mantine/core'
import { IconCoins } from '@tabler/icons-react'
import type { TFunction } from 'i18next'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Charge } from '../../src/http/contract/credits.ts'
import { WideTable } from './wide-table.tsx'
import { useProviderNames } from '../provider-names.ts'
import { formatCost, formatNumber } from '../format.ts'

type Line = Charge['lines'][number]

const costOf = (t: TFunction, costMicrocents: number | null, locale: string): string =>
  costMicrocents === null ? t('credits.costUnknown') : formatCost(costMicrocents, locale)

const Lines = ({ lines }: { lines: readonly Line[] }): ReactElement => {
  const { t, i18n } = useTranslation()
  const providers = useProviderNames()
  const number = (value: number, digits = 2): string => formatNumber(value, i18n.language, digits)
  return (
    <WideTable
      minWidth={420}
      verticalSpacing={4}
      fz="xs"
      columns={[
        t('credits.model'),
        t('credits.reckoning'),
        { label: t('credits.title'), align: 'end' },
        { label: t('credits.cost'), align: 'end' },
      ]}
    >
      {lines.map((line, index) => (
        <Table.Tr key={index}>
          <Table.Td style={{ overflowWrap: 'anywhere' }}>
            {providers.of(line.provider)} · {line.model}
          </Table.Td>
          <Table.Td>
            {t(`credits.quantity.${line.unit}`, { quantity: number(line.quantity, 3) })} × {number(line.baseCredits, 4)}{' '}
            × {number(line.multiplier)}
            {line.cached === true && (
              <Text size="xs" c="dimmed">
                {t('credits.cached')}
              </Text>
            )}
            {line.capped && (
              <Text size="xs" c="dimmed">
                {t('credits.capped')}
              </Text>
            )}
          </Table.Td>
          <Table.Td ta="end">{number(line.credits)}</Table.Td>
          <Table.Td ta="end">{costOf(t, line.costMicrocents, i18n.language)}</Table.Td>
        </Table.Tr>
      ))}
    </WideTable>
  )
}

export const ChargeFacts = ({ charge }: { charge: Charge }): ReactElement => {
  const { t, i18n } = useTranslation()
  const credits = formatNumber(charge.credits, i18n.language, 2)
  const returned = charge.heldCredits - charge.credits
  return (
    <Popover
      position="bottom-start"
      withArrow
      trapFocus
      shadow="md"
      width={520}
      styles={{ dropdown: { maxWidth: 'calc(100vw - 24px)' } }}
    >
      <Popover.Target>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          leftSection={<IconCoins size={15} aria-hidden />}
          data-charge={charge.credits}
        >
          {t('credits.charged', { credits })}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('credits.breakdown')}>
        <Stack gap={6}>
          <Text size="sm" fw={600}>
            {t('credits.breakdown')}
          </Text>
          <Lines lines={charge.lines} />
          {returned > 0.000_001 && (
            <Text size="xs" c="dimmed">
              {t('credits.returned', {
                held: formatNumber(charge.heldCredits, i18n.language, 2),
                returned: formatNumber(returned, i18n.language, 2),
              })}
            </Text>
          )}
          {charge.partsMissing > 0 && (
            <Text size="xs" c="amber">
              {t('credits.partsMissing', { count: charge.partsMissing, charged: charge.partsCharged })}
            </Text>
          )}
          <Text size="xs" c="dimmed">
            {t('credits.realCost', { cost: costOf(t, charge.costMicrocents, i18n.language) })}
          </Text>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
