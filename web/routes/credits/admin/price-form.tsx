/** A price for an operation, a provider or one model. */
import { Group, Modal, NumberInput, Select, Text, TextInput } from '@mantine/core'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import {
  chargedOperations,
  priceUnits,
  setCreditPrice,
  type CreditPrice,
} from '../../../../src/http/contract/credits.ts'
import { call } from '../../../api.ts'
import { DialogForm } from '../../../components/dialog-form.tsx'
import { firstField } from '../../../components/first-field.ts'
import { useCreditAct } from './use-credit-act.ts'

/** What is changed, or what a new price starts with. */
export type PriceDraft = Pick<CreditPrice, 'operation' | 'provider' | 'model' | 'unit' | 'credits'> & { isNew: boolean }

export const newPrice: PriceDraft = {
  operation: 'enhancement',
  provider: null,
  model: null,
  unit: 'thousand-characters',
  credits: 1,
  isNew: true,
}

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim())

const Form = ({ draft, onClose }: { draft: PriceDraft; onClose: () => void }): ReactElement => {
  const { t, i18n } = useTranslation()
  const [operation, setOperation] = useState(draft.operation)
  const [provider, setProvider] = useState(draft.provider ?? '')
  const [model, setModel] = useState(draft.model ?? '')
  const [unit, setUnit] = useState(draft.unit)
  const [credits, setCredits] = useState<number | string>(draft.credits)
  // Nobody knows the characters of a recording before it is transcribed.
  const units = priceUnits.filter((one) => operation !== 'transcription' || one !== 'thousand-characters')
  const shownUnit = units.includes(unit) ? unit : 'minute'
  const save = useCreditAct<undefined>({
    run: async () =>
      await call(setCreditPrice, {
        body: {
          operation,
          provider: orNull(provider),
          model: orNull(model),
          unit: shownUnit,
          credits: Number(credits),
        },
      }),
    done: t('settings.saved'),
    onDone: onClose,
  })
  return (
    <DialogForm act={save} onSubmit={() => save.mutate(undefined)} onCancel={onClose} disabled={credits === ''}>
      <Select
        label={t('credits.operation')}
        data={chargedOperations.map((value) => ({ value, label: t(`operation.${value}`) }))}
        value={operation}
        onChange={(value) => value !== null && setOperation(value)}
        allowDeselect={false}
        disabled={!draft.isNew}
      />
      <TextInput
        label={t('credits.admin.provider')}
        description={t('credits.admin.everyProvider')}
        value={provider}
        onChange={(event) => setProvider(event.currentTarget.value)}
        disabled={!draft.isNew}
      />
      <TextInput
        label={t('credits.model')}
        description={t('credits.admin.everyModel')}
        value={model}
        onChange={(event) => setModel(event.currentTarget.value)}
        disabled={!draft.isNew}
      />
      <Group grow align="flex-start">
        <NumberInput
          label={t('credits.admin.base')}
          value={credits}
          onChange={setCredits}
          min={0}
          max={1_000_000}
          decimalScale={6}
          decimalSeparator={i18n.language === 'tr' ? ',' : '.'}
          required
          {...firstField}
        />
        <Select
          label={t('credits.admin.unit')}
          data={units.map((value) => ({ value, label: t(`credits.unit.${value}`) }))}
          value={shownUnit}
          onChange={(value) => setUnit(units.find((one) => one === value) ?? shownUnit)}
          allowDeselect={false}
        />
      </Group>
      <Text size="xs" c="dimmed">
        {t('credits.admin.priceHint')}
      </Text>
    </DialogForm>
  )
}

interface PriceFormProps {
  draft: PriceDraft | null
  onClose: () => void
}

export const PriceForm = ({ draft, onClose }: PriceFormProps): ReactElement => {
  const { t } = useTranslation()
  return (
    <Modal
      opened={draft !== null}
      onClose={onClose}
      title={draft?.isNew === true ? t('credits.admin.addPrice') : t('credits.admin.changePrice')}
    >
      {draft !== null && <Form draft={draft} onClose={onClose} />}
    </Modal>
  )
}
