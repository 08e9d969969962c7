/** Gives a user credits or takes some back; the reason stands in their history. */
import { Button, Group, Modal, NumberInput, Stack, Text, TextInput } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { grantCredits, type CreditAccount } from '../../../../src/http/contract/credits.ts'
import { call } from '../../../api.ts'
import { ProblemAlert } from '../../../components/problem-alert.tsx'
import { formatNumber } from '../../../format.ts'
import { useCreditAct } from './use-credit-act.ts'

const Form = ({ account, onClose }: { account: CreditAccount; onClose: () => void }): ReactElement => {
  const { t, i18n } = useTranslation()
  const [amount, setAmount] = useState<number | string>(1000)
  const [reason, setReason] = useState('')
  // Made once for this form: a second click, or a repetition after a broken line, grants nothing twice.
  const [requestId] = useState(() => crypto.randomUUID())
  const credits = Number(amount)
  const grant = useCreditAct<undefined>({
    run: async () =>
      await call(grantCredits, {
        params: { userId: account.user.id },
        body: { credits, reason: reason.trim(), requestId },
      }),
    done: t('credits.admin.granted', { name: account.user.name, credits: formatNumber(credits, i18n.language, 2) }),
    onDone: onClose,
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        grant.mutate(undefined)
      }}
    >
      <Stack gap="md">
        <Text size="sm">
          {t('credits.left', { credits: formatNumber(account.credits.available, i18n.language, 2) })}
        </Text>
        <NumberInput
          label={t('credits.admin.amount')}
          description={t('credits.admin.amountHint')}
          value={amount}
          onChange={setAmount}
          min={-1_000_000_000}
          max={1_000_000_000}
          decimalScale={2}
          thousandSeparator={i18n.language === 'tr' ? '.' : ','}
          decimalSeparator={i18n.language === 'tr' ? ',' : '.'}
          required
          data-autofocus
        />
        <TextInput
          label={t('credits.admin.reason')}
          description={t('credits.admin.reasonHint')}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          maxLength={300}
          required
        />
        {grant.error !== null && <ProblemAlert error={grant.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('action.cancel')}
          </Button>
          <Button
            type="submit"
            loading={grant.isPending}
            disabled={reason.trim() === '' || amount === '' || credits === 0}
            {...(credits < 0 && { color: 'rose' })}
          >
            {credits < 0 ? t('credits.admin.takeBack') : t('credits.admin.grant')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface GrantFormProps {
  account: CreditAccount | null
  onClose: () => void
}

export const GrantForm = ({ account, onClose }: GrantFormProps): ReactElement => {
  const { t } = useTranslation()
  return (
    <Modal
      opened={account !== null}
      onClose={onClose}
      title={account !== null && t('credits.admin.grantTo', { name: account.user.email })}
      closeButtonProps={{ 'aria-label': t('action.close') }}
    >
      {account !== null && <Form key={account.user.id} account={account} onClose={onClose} />}
    </Modal>
  )
}
