import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMantineColorScheme } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { updateMe } from '../../src/http/contract/accounts.ts'
import { minPasswordLength, signUp } from '../../src/http/contract/auth.ts'
import { call } from '../api.ts'
import { ProblemAlert } from '../components/problem-alert.tsx'
import type { Language } from '../i18n.ts'
import { meQuery, serverQuery } from '../queries.ts'

interface SignUpFormProps {
  submitLabel: string
  invitationToken?: string
}

export const SignUpForm = ({ submitLabel, invitationToken }: SignUpFormProps): ReactElement => {
  const { t, i18n } = useTranslation()
  const { colorScheme } = useMantineColorScheme()
  const client = useQueryClient()
  const navigate = useNavigate()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', email: '', password: '' },
    validate: {
      name: (value) => (value.trim() === '' ? t('account.nameNeeded') : null),
      email: (value) => (/^\S+@\S+\.\S+$/u.test(value.trim()) ? null : t('account.emailInvalid')),
      password: (value) =>
        value.length < minPasswordLength ? t('account.passwordShort', { count: minPasswordLength }) : null,
    },
  })
  const send = useMutation({
    mutationFn: async (values: { name: string; email: string; password: string }) => {
      const body = {
        ...values,
        email: values.email.trim(),
        ...(invitationToken === undefined ? {} : { invitationToken }),
      }
      await call(signUp, { body })
      // The language and theme chosen before there was an account become the account's.
      await call(updateMe, { body: { preferences: { locale: i18n.language as Language, theme: colorScheme } } })
    },
    onSuccess: async () => {
      await client.query({ ...meQuery, staleTime: 0 })
      await client.invalidateQueries({ queryKey: serverQuery.queryKey })
      await navigate('/', { replace: true })
    },
  })
  return (
    <form onSubmit={form.onSubmit((values) => send.mutate(values))} noValidate>
      <Stack gap="md">
        {send.error !== null && <ProblemAlert error={send.error} />}
        <TextInput
          label={t('account.name')}
          autoComplete="name"
          key={form.key('name')}
          {...form.getInputProps('name')}
        />
        <TextInput
          label={t('account.email')}
          type="email"
          autoComplete="username"
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label={t('account.password')}
          description={t('account.passwordRule', { count: minPasswordLength })}
          autoComplete="new-password"
          visibilityToggleButtonProps={{ 'aria-label': t('account.showPassword') }}
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={send.isPending} fullWidth mt={4}>
          {submitLabel}
        </Button>
      </Stack>
    </form>
  )
}
