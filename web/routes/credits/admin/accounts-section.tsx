/** Everybody's credits: who has what, who is near the budget, and what an administrator does about it. */
import { Badge, Button, Drawer, Group, Table, Text, TextInput, Title } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { CreditAccount } from '../../../../src/http/contract/credits.ts'
import { PageChoice } from '../../../components/page-choice.tsx'
import { WideTable } from '../../../components/wide-table.tsx'
import { formatNumber } from '../../../format.ts'
import { creditAccountsQuery } from '../credit-queries.ts'
import classes from '../credits.module.css'
import { HistorySection } from '../history-section.tsx'
import { Read } from '../read.tsx'
import { BudgetForm } from './budget-form.tsx'
import { GrantForm } from './grant-form.tsx'

const pageSize = 25

type Act = 'grant' | 'budget' | 'history'

const Month = ({ month }: { month: CreditAccount['credits']['month'] }): ReactElement => {
  const { t, i18n } = useTranslation()
  const show = (value: number): string => formatNumber(value, i18n.language, 2)
  return (
    <>
      {show(month.spent)}
      {month.limit !== null && ` / ${show(month.limit)}`}
      {(month.state === 'warning' || month.state === 'reached') && (
        <Badge ms={6} color={month.state === 'reached' ? 'rose' : 'amber'}>
          {t(`credits.admin.budgetBadge.${month.state}`)}
        </Badge>
      )}
    </>
  )
}

interface RowProps {
  account: CreditAccount
  onAct: (act: Act, account: CreditAccount) => void
}

const Row = ({ account, onAct }: RowProps): ReactElement => {
  const { t, i18n } = useTranslation()
  const { user, credits } = account
  const acts: readonly Act[] = ['grant', 'budget', 'history']
  return (
    <Table.Tr data-credit-account={user.email}>
      <Table.Td style={{ overflowWrap: 'anywhere', minWidth: 160 }}>
        {user.name}
        <Text size="xs" c="dimmed">
          {user.email}
        </Text>
      </Table.Td>
      <Table.Td ta="end">
        {formatNumber(credits.available, i18n.language, 2)}
        {credits.state !== 'ok' && (
          <Badge ms={6} color={credits.state === 'empty' ? 'rose' : 'amber'}>
            {t(`credits.stateShort.${credits.state}`)}
          </Badge>
        )}
      </Table.Td>
      <Table.Td ta="end" c="dimmed">
        {formatNumber(credits.held, i18n.language, 2)}
      </Table.Td>
      <Table.Td ta="end">
        <Month month={credits.month} />
      </Table.Td>
      <Table.Td>
        <Group gap={6} justify="flex-end" wrap="nowrap">
          {acts.map((act) => (
            <Button
              key={act}
              size="compact-sm"
              variant={act === 'grant' ? 'light' : 'default'}
              aria-label={t(`credits.admin.actOn.${act}`, { name: user.email })}
              onClick={() => onAct(act, account)}
            >
              {t(`credits.admin.act.${act}`)}
            </Button>
          ))}
        </Group>
      </Table.Td>
    </Table.Tr>
  )
}

const Accounts = ({ items, onAct }: { items: readonly CreditAccount[]; onAct: RowProps['onAct'] }): ReactElement => {
  const { t } = useTranslation()
  return (
    <WideTable
      minWidth={820}
      columns={[
        t('credits.admin.user'),
        { label: t('credits.available'), align: 'end' },
        { label: t('credits.heldColumn'), align: 'end' },
        { label: t('credits.thisMonth'), align: 'end' },
        { label: t('credits.admin.acts'), isHidden: true },
      ]}
    >
      {items.map((account) => (
        <Row key={account.user.id} account={account} onAct={onAct} />
      ))}
    </WideTable>
  )
}

export const AccountsSection = (): ReactElement => {
  const { t } = useTranslation()
  const [search, setSearch] = useState('')
  const [page, setPage] = useState(1)
  const [chosen, setChosen] = useState<{ act: Act; account: CreditAccount } | null>(null)
  const [settled] = useDebouncedValue(search.trim(), 300)
  const accounts = useQuery(
    creditAccountsQuery({
      limit: pageSize,
      offset: (page - 1) * pageSize,
      ...(settled !== '' && { search: settled }),
    }),
  )
  const close = () => setChosen(null)
  const of = (act: Act): CreditAccount | null => (chosen?.act === act ? chosen.account : null)
  const looked = of('history')
  return (
    <section className={`card ${classes.section ?? ''}`} aria-label={t('credits.admin.users')}>
      <Group justify="space-between" mb="md" gap="sm">
        <Title order={2}>{t('credits.admin.users')}</Title>
        <TextInput
          w={{ base: '100%', xs: 260 }}
          aria-label={t('credits.admin.search')}
          placeholder={t('credits.admin.search')}
          value={search}
          onChange={(event) => {
            setSearch(event.currentTarget.value)
            setPage(1)
          }}
        />
      </Group>
      <Read query={accounts}>
        {({ items, total }) => (
          <>
            {items.length === 0 ? (
              <Text size="sm" c="dimmed" ta="center" py="xl">
                {t('credits.admin.nobody')}
              </Text>
            ) : (
              <Accounts items={items} onAct={(act, account) => setChosen({ act, account })} />
            )}
            <PageChoice total={total} pageSize={pageSize} page={page} onChange={setPage} />
          </>
        )}
      </Read>
      <GrantForm account={of('grant')} onClose={close} />
      <BudgetForm account={of('budget')} onClose={close} />
      <Drawer opened={looked !== null} onClose={close} position="right" size="xl" title={looked?.user.email}>
        {looked !== null && <HistorySection whose={{ userId: looked.user.id }} title={t('credits.history')} />}
      </Drawer>
    </section>
  )
}
