/** Gives a user credits or takes some back; the reason stands in their history. */
import { Modal, NumberInput, Text, TextInput } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { grantCredits, type CreditAccount } from '../../../../src/http/contract/credits.ts'
import { call } from '../../../api.ts'
import { DialogForm } from '../../../components/dialog-form.tsx'
import { firstField } from '../../../components/first-field.ts'
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
    <DialogForm
      act={grant}
      onSubmit={() => grant.mutate(undefined)}
      onCancel={onClose}
      label={credits < 0 ? t('credits.admin.takeBack') : t('credits.admin.grant')}
      disabled={reason.trim() === '' || amount === '' || credits === 0}
      destructive={credits < 0}
    >
      <Text size="sm">{t('credits.left', { credits: formatNumber(account.credits.available, i18n.language, 2) })}</Text>
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
        {...firstField}
      />
      <TextInput
        label={t('credits.admin.reason')}
        description={t('credits.admin.reasonHint')}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        maxLength={300}
        required
      />
    </DialogForm>
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
    >
      {account !== null && <Form key={account.user.id} account={account} onClose={onClose} />}
    </Modal>
  )
}
