/** A new channel, or a change of one. */
import { Checkbox, Modal, MultiSelect, Select, TagsInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { z } from 'zod'
import {
  channelKinds,
  createAlertChannel,
  severities,
  updateAlertChannel,
  type AlertChannelView,
} from '../../../../src/http/contract/alerts.ts'
import { call } from '../../../api.ts'
import { DialogForm } from '../../../components/dialog-form.tsx'
import { firstField } from '../../../components/first-field.ts'
import { useAct } from '../use-act.ts'

type NewChannel = z.input<typeof createAlertChannel.body>
interface Values {
  kind: (typeof channelKinds)[number]
  name: string
  recipients: string[]
  url: string
  subscriptions: ('alerts' | 'reports')[]
  minimumSeverity: (typeof severities)[number]
  locale: 'en' | 'tr'
  renewSecret: boolean
}

const valuesOf = (channel: AlertChannelView | null, locale: string): Values => ({
  kind: channel?.kind ?? 'email',
  name: channel?.name ?? '',
  recipients: channel?.recipients ?? [],
  url: '',
  subscriptions: channel?.subscriptions ?? ['alerts', 'reports'],
  minimumSeverity: channel?.minimumSeverity ?? 'warning',
  locale: channel?.locale ?? (locale === 'tr' ? 'tr' : 'en'),
  renewSecret: false,
})

const send = async (channel: AlertChannelView | null, values: Values) => {
  const { kind, recipients, url, renewSecret, ...fields } = values
  if (channel === null) {
    const body: NewChannel = kind === 'email' ? { kind, recipients, ...fields } : { kind, url: url.trim(), ...fields }
    return await call(createAlertChannel, { body })
  }
  return await call(updateAlertChannel, {
    params: { id: channel.id },
    body: {
      ...fields,
      ...(kind === 'email' ? { recipients } : url.trim() === '' ? {} : { url: url.trim() }),
      ...(renewSecret && { renewSecret }),
    },
  })
}

interface ChannelFormProps {
  /** Null: a new one. */
  channel: AlertChannelView | null
  opened: boolean
  onClose: () => void
  onSecret: (secret: string) => void
}

const Form = ({ channel, onClose, onSecret }: Omit<ChannelFormProps, 'opened'>): ReactElement => {
  const { t, i18n } = useTranslation()
  const form = useForm<Values>({
    initialValues: valuesOf(channel, i18n.language),
    validate: {
      name: (value) => (value.trim() === '' ? t('admin.channels.nameMissing') : null),
      recipients: (value, { kind }) =>
        kind === 'email' && (value.length === 0 || value.some((one) => !/^\S+@\S+\.\S+$/u.test(one)))
          ? t('admin.channels.recipientsInvalid')
          : null,
      url: (value, { kind }) =>
        kind !== 'email' && (channel === null || value.trim() !== '') && !/^https?:\/\/\S+$/u.test(value.trim())
          ? t('providers.urlInvalid')
          : null,
      subscriptions: (value) => (value.length === 0 ? t('admin.channels.subscriptionMissing') : null),
    },
  })
  const save = useAct<Awaited<ReturnType<typeof send>>, Values>({
    quiet: true,
    run: async (values) => await send(channel, values),
    done: () => t('settings.saved'),
    onSuccess: ({ signingSecret }) => {
      if (signingSecret !== null) onSecret(signingSecret)
      onClose()
    },
  })
  const { kind } = form.values
  return (
    <DialogForm noValidate act={save} onSubmit={form.onSubmit((values) => save.mutate(values))} onCancel={onClose}>
      {channel === null && (
        <Select
          label={t('admin.channels.kindLabel')}
          data={channelKinds.map((value) => ({ value, label: t(`admin.channels.kind.${value}`) }))}
          allowDeselect={false}
          {...form.getInputProps('kind')}
        />
      )}
      <TextInput label={t('admin.channels.name')} {...firstField} {...form.getInputProps('name')} />
      {kind === 'email' ? (
        <TagsInput
          label={t('admin.channels.recipients')}
          description={t('admin.channels.recipientsHint')}
          acceptValueOnBlur
          {...form.getInputProps('recipients')}
        />
      ) : (
        <TextInput
          type="url"
          label={t('admin.channels.url')}
          description={channel === null ? t(`admin.channels.urlHint.${kind}`) : t('admin.channels.urlKept')}
          placeholder="https://"
          {...form.getInputProps('url')}
        />
      )}
      <MultiSelect
        label={t('admin.channels.what')}
        data={(['alerts', 'reports'] as const).map((value) => ({
          value,
          label: t(`admin.channels.subscription.${value}`),
        }))}
        {...form.getInputProps('subscriptions')}
      />
      <Select
        label={t('admin.channels.minimum')}
        data={severities.map((value) => ({ value, label: t(`admin.alerts.severity.${value}`) }))}
        allowDeselect={false}
        {...form.getInputProps('minimumSeverity')}
      />
      <Select
        label={t('settings.language')}
        data={[
          { value: 'en', label: 'English' },
          { value: 'tr', label: 'Türkçe' },
        ]}
        allowDeselect={false}
        {...form.getInputProps('locale')}
      />
      {channel?.signed === true && (
        <Checkbox
          label={t('admin.channels.renewSecret')}
          description={t('admin.channels.renewSecretHint')}
          {...form.getInputProps('renewSecret', { type: 'checkbox' })}
        />
      )}
    </DialogForm>
  )
}

export const ChannelForm = ({ channel, opened, onClose, onSecret }: ChannelFormProps): ReactElement => {
  const { t } = useTranslation()
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={channel === null ? t('admin.channels.add') : t('admin.editNamed', { name: channel.name })}
    >
      {opened && <Form key={channel?.id ?? ''} channel={channel} onClose={onClose} onSecret={onSecret} />}
    </Modal>
  )
}
