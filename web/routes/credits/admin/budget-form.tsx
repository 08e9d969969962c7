/** A user's monthly limit: hard, with a warning from four fifths of it on. Empty is no limit. */
import { Modal, NumberInput } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { setCreditBudget, type CreditAccount } from '../../../../src/http/contract/credits.ts'
import { call } from '../../../api.ts'
import { DialogForm } from '../../../components/dialog-form.tsx'
import { firstField } from '../../../components/first-field.ts'
import { useCreditAct } from './use-credit-act.ts'

const Form = ({ account, onClose }: { account: CreditAccount; onClose: () => void }): ReactElement => {
  const { t, i18n } = useTranslation()
  const [limit, setLimit] = useState<number | string>(account.credits.month.limit ?? '')
  const save = useCreditAct<undefined>({
    run: async () =>
      await call(setCreditBudget, {
        params: { userId: account.user.id },
        body: { monthlyLimit: limit === '' ? null : Number(limit) },
      }),
    done: t('settings.saved'),
    onDone: onClose,
  })
  return (
    <DialogForm act={save} onSubmit={() => save.mutate(undefined)} onCancel={onClose}>
      <NumberInput
        label={t('credits.admin.limit')}
        description={t('credits.admin.limitHint')}
        placeholder={t('credits.noLimit')}
        value={limit}
        onChange={setLimit}
        min={0}
        max={1_000_000_000}
        decimalScale={2}
        thousandSeparator={i18n.language === 'tr' ? '.' : ','}
        decimalSeparator={i18n.language === 'tr' ? ',' : '.'}
        {...firstField}
      />
    </DialogForm>
  )
}

interface BudgetFormProps {
  account: CreditAccount | null
  onClose: () => void
}

export const BudgetForm = ({ account, onClose }: BudgetFormProps): ReactElement => {
  const { t } = useTranslation()
  return (
    <Modal
      opened={account !== null}
      onClose={onClose}
      title={account !== null && t('credits.admin.budgetOf', { name: account.user.email })}
    >
      {account !== null && <Form key={account.user.id} account={account} onClose={onClose} />}
    </Modal>
  )
}
