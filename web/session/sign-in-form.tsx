import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { signIn } from '../../src/http/contract/auth.ts'
import { call } from '../api.ts'
import { firstField } from '../components/first-field.ts'
import { ProblemAlert } from '../components/problem-alert.tsx'

interface SignInFormProps {
  email?: string
  /** The email cannot be changed: the same person comes back. */
  fixedEmail?: boolean
  onSignedIn: () => void
}

export const SignInForm = ({ email = '', fixedEmail = false, onSignedIn }: SignInFormProps): ReactElement => {
  const { t } = useTranslation()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { email, password: '' },
    validate: {
      email: (value) => (/^\S+@\S+$/u.test(value.trim()) ? null : t('account.emailInvalid')),
      password: (value) => (value === '' ? t('account.passwordNeeded') : null),
    },
  })
  const send = useMutation({
    mutationFn: async (values: { email: string; password: string }) =>
      await call(signIn, { body: { ...values, email: values.email.trim() } }),
    onSuccess: onSignedIn,
  })
  return (
    <form onSubmit={form.onSubmit((values) => send.mutate(values))} noValidate>
      <Stack gap="md">
        {send.error !== null && <ProblemAlert error={send.error} />}
        <TextInput
          label={t('account.email')}
          type="email"
          autoComplete="username"
          readOnly={fixedEmail}
          {...(fixedEmail ? {} : firstField)}
          key={form.key('email')}
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label={t('account.password')}
          autoComplete="current-password"
          {...(fixedEmail ? firstField : {})}
          visibilityToggleButtonProps={{ 'aria-label': t('account.showPassword') }}
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={send.isPending} fullWidth mt={4}>
          {t('account.signIn')}
        </Button>
      </Stack>
    </form>
  )
}
