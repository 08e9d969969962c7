/** The form for a new key or a new server that speaks like OpenAI. */
import { Button, Group, PasswordInput, Select, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { createCredential } from '../../../src/http/contract/credentials.ts'
import { call } from '../../api.ts'
import { ProblemAlert } from '../../components/problem-alert.tsx'
import { credentialsQuery, modelsQuery } from '../../queries.ts'
import { Section } from '../../components/section.tsx'

interface Values {
  provider: string
  server: string
  name: string
  secret: string
  baseUrl: string
}
interface AddProviderKeyProps {
  providers: readonly { id: string; displayName: string; needsKey: boolean }[]
}

const newServer = 'new-server'
const empty: Values = { provider: '', server: '', name: '', secret: '', baseUrl: '' }

export const AddProviderKey = ({ providers }: AddProviderKeyProps): ReactElement => {
  const { t } = useTranslation()
  const client = useQueryClient()
  const form = useForm<Values>({
    initialValues: empty,
    validate: {
      provider: (value) => (value === '' ? t('providers.chooseProvider') : null),
      server: (value, { provider }) =>
        provider === newServer && !/^[a-z][a-z0-9-]{1,40}$/u.test(value) ? t('providers.serverInvalid') : null,
      baseUrl: (value, { provider }) =>
        (provider === newServer || value !== '') && !/^https?:\/\/\S+$/u.test(value) ? t('providers.urlInvalid') : null,
      secret: (value, { provider }) =>
        value === '' && providers.some((one) => one.id === provider && one.needsKey) ? t('providers.keyMissing') : null,
    },
  })
  const isNew = form.values.provider === newServer
  const add = useMutation({
    mutationFn: async ({ provider, server, name, secret, baseUrl }: Values) =>
      await call(createCredential, {
        body: {
          provider: provider === newServer ? server : provider,
          name: name.trim() === '' ? 'default' : name.trim(),
          secret: secret.trim(),
          ...(baseUrl.trim() === '' ? {} : { baseUrl: baseUrl.trim() }),
        },
      }),
    onSuccess: () => {
      form.reset()
      void client.invalidateQueries({ queryKey: credentialsQuery.queryKey })
      void client.invalidateQueries({ queryKey: modelsQuery.queryKey })
    },
  })
  const choices = [
    ...providers.map(({ id, displayName }) => ({ value: id, label: displayName })),
    { value: newServer, label: t('providers.otherServer') },
  ]
  return (
    <Section title={t('providers.addTitle')} description={t('providers.addHint')}>
      <form onSubmit={form.onSubmit((values) => add.mutate(values))} noValidate autoComplete="off">
        <Stack gap="md" maw={520}>
          <Select
            label={t('providers.provider')}
            data={choices}
            allowDeselect={false}
            {...form.getInputProps('provider')}
          />
          {isNew && (
            <TextInput
              label={t('providers.server')}
              description={t('providers.serverHint')}
              {...form.getInputProps('server')}
            />
          )}
          <PasswordInput
            label={isNew ? t('providers.keyOptional') : t('providers.key')}
            autoComplete="new-password"
            {...form.getInputProps('secret')}
          />
          <TextInput
            label={isNew ? t('providers.baseUrl') : t('providers.baseUrlOptional')}
            type="url"
            placeholder="https://"
            {...form.getInputProps('baseUrl')}
          />
          <TextInput
            label={t('providers.name')}
            description={t('providers.nameHint')}
            {...form.getInputProps('name')}
          />
          <Group>
            <Button type="submit" loading={add.isPending}>
              {t('providers.add')}
            </Button>
          </Group>
          {add.error !== null && <ProblemAlert error={add.error} />}
          {add.isSuccess && (
            <Text size="sm" role="status">
              {add.data.testError === null
                ? t('providers.added')
                : `${t('providers.addedUntested')} ${add.data.testError}`}
            </Text>
          )}
        </Stack>
      </form>
    </Section>
  )
}
