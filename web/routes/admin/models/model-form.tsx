/** A new model, or all that can be changed of one. */
import { Modal, MultiSelect, NumberInput, SimpleGrid, Switch, TagsInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import {
  createCatalogModel,
  modelCapabilities,
  modelOperations,
  updateCatalogModel,
  type CatalogModel,
} from '../../../../src/http/contract/model-admin.ts'
import { call } from '../../../api.ts'
import { DialogForm } from '../../../components/dialog-form.tsx'
import { firstField } from '../../../components/first-field.ts'
import { useAct } from '../use-act.ts'
import { editOf, valuesOf, type ModelValues } from './model-values.ts'

interface ModelFormProps {
  /** Null: a new one. */
  model: CatalogModel | null
  providers: readonly string[]
  opened: boolean
  onClose: () => void
}

const Form = ({ model, providers, onClose }: Omit<ModelFormProps, 'opened'>): ReactElement => {
  const { t } = useTranslation()
  const before = valuesOf(model)
  const form = useForm<ModelValues>({
    initialValues: before,
    validate: {
      provider: (value) => (/^[a-z0-9][a-z0-9-]{0,60}$/u.test(value) ? null : t('admin.form.providerInvalid')),
      key: (value) => (/^[^\s\p{Cc}]+$/u.test(value.trim()) ? null : t('admin.form.keyInvalid')),
      operations: (value) => (value.length === 0 ? t('admin.form.operationMissing') : null),
      creditMultiplier: (value) => (value === '' ? t('admin.form.multiplierMissing') : null),
    },
  })
  const save = useAct<unknown, ModelValues>({
    quiet: true,
    run: async (values) =>
      model === null
        ? await call(createCatalogModel, {
            body: {
              ...editOf(values, valuesOf(null)),
              provider: values.provider,
              key: values.key.trim(),
              operations: values.operations,
            },
          })
        : await call(updateCatalogModel, {
            params: { provider: model.provider, key: model.key },
            body: editOf(values, before),
          }),
    done: () => (model === null ? t('admin.form.created') : t('settings.saved')),
    onSuccess: onClose,
  })
  const number = (
    name: 'contextLength' | 'maxOutputTokens' | 'inputPerMillion' | 'outputPerMillion' | 'creditMultiplier',
  ) => (
    <NumberInput
      key={name}
      label={t(`admin.form.${name}`)}
      min={name === 'contextLength' || name === 'maxOutputTokens' ? 1 : 0}
      hideControls
      thousandSeparator=" "
      {...form.getInputProps(name)}
    />
  )
  return (
    <DialogForm
      noValidate
      act={save}
      onSubmit={form.onSubmit((values) => save.mutate(values))}
      onCancel={onClose}
      label={model === null ? t('admin.form.create') : t('action.save')}
    >
      {model === null && (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput
            {...firstField}
            label={t('admin.form.provider')}
            description={t('admin.form.providerHint', { list: providers.join(', ') })}
            {...form.getInputProps('provider')}
          />
          <TextInput label={t('admin.form.key')} description={t('admin.form.keyHint')} {...form.getInputProps('key')} />
        </SimpleGrid>
      )}
      <TextInput
        {...(model === null ? {} : firstField)}
        label={t('admin.form.displayName')}
        {...form.getInputProps('displayName')}
      />
      <MultiSelect
        label={t('admin.form.operations')}
        data={modelOperations.map((value) => ({ value, label: t(`admin.models.operation.${value}`) }))}
        {...form.getInputProps('operations')}
      />
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        {number('creditMultiplier')}
        {number('contextLength')}
        {number('maxOutputTokens')}
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        {number('inputPerMillion')}
        {number('outputPerMillion')}
        <TextInput type="date" label={t('admin.form.retiresAt')} {...form.getInputProps('retiresAt')} />
      </SimpleGrid>
      <MultiSelect
        label={t('admin.form.capabilities')}
        data={[...modelCapabilities]}
        {...form.getInputProps('capabilities')}
      />
      <TagsInput
        label={t('admin.form.aliases')}
        description={t('admin.form.aliasesHint')}
        {...form.getInputProps('aliases')}
      />
      <Switch label={t('admin.form.active')} {...form.getInputProps('active', { type: 'checkbox' })} />
    </DialogForm>
  )
}

export const ModelForm = ({ model, providers, opened, onClose }: ModelFormProps): ReactElement => {
  const { t } = useTranslation()
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      size="xl"
      title={model === null ? t('admin.form.newTitle') : t('admin.form.editTitle', { name: model.ref })}
    >
      {opened && <Form key={model?.ref ?? ''} model={model} providers={providers} onClose={onClose} />}
    </Modal>
  )
}
