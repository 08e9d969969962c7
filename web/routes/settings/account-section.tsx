import { Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { updateMe } from '../../../src/http/contract/accounts.ts'
import { changePassword, minPasswordLength } from '../../../src/http/contract/auth.ts'
import { call } from '../../api.ts'
import { ProblemAlert } from '../../components/problem-alert.tsx'
import { meQuery } from '../../queries.ts'
import { useMe } from '../../session/me.ts'
import { Section } from '../../components/section.tsx'

const Profile = (): ReactElement => {
  const { t } = useTranslation()
  const me = useMe()
  const client = useQueryClient()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: me.name },
    validate: { name: (value) => (value.trim() === '' ? t('account.nameNeeded') : null) },
  })
  const save = useMutation({
    mutationFn: async ({ name }: { name: string }) => await call(updateMe, { body: { name } }),
    onSuccess: (saved) => {
      client.setQueryData(meQuery.queryKey, saved)
      notifications.show({ message: t('settings.saved') })
    },
  })
  return (
    <Section title={t('settings.profile')}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
        <Stack gap="md" maw={420}>
          {save.error !== null && <ProblemAlert error={save.error} />}
          <TextInput
            label={t('account.name')}
            autoComplete="name"
            maxLength={200}
            key={form.key('name')}
            {...form.getInputProps('name')}
          />
          <TextInput label={t('account.email')} value={me.email} readOnly description={t(`role.${me.role}`)} />
          <Group>
            <Button type="submit" loading={save.isPending}>
              {t('action.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  )
}

const Password = (): ReactElement => {
  const { t } = useTranslation()
  const me = useMe()
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { currentPassword: '', newPassword: '' },
    validate: {
      currentPassword: (value) => (value === '' ? t('account.passwordNeeded') : null),
      newPassword: (value) =>
        value.length < minPasswordLength ? t('account.passwordShort', { count: minPasswordLength }) : null,
    },
  })
  const save = useMutation({
    mutationFn: async (body: { currentPassword: string; newPassword: string }) => await call(changePassword, { body }),
    onSuccess: () => {
      form.reset()
      notifications.show({ message: t('settings.passwordChanged') })
    },
  })
  const toggle = { 'aria-label': t('account.showPassword') }
  return (
    <Section title={t('account.password')} description={t('settings.passwordHint')}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
        <Stack gap="md" maw={420}>
          {save.error !== null && <ProblemAlert error={save.error} />}
          {/* Password managers look for the name beside the password. */}
          <input
            type="text"
            autoComplete="username"
            value={me.email}
            readOnly
            hidden
            aria-hidden="true"
            tabIndex={-1}
          />
          <PasswordInput
            label={t('settings.currentPassword')}
            autoComplete="current-password"
            visibilityToggleButtonProps={toggle}
            key={form.key('currentPassword')}
            {...form.getInputProps('currentPassword')}
          />
          <PasswordInput
            label={t('settings.newPassword')}
            description={t('account.passwordRule', { count: minPasswordLength })}
            autoComplete="new-password"
            visibilityToggleButtonProps={toggle}
            key={form.key('newPassword')}
            {...form.getInputProps('newPassword')}
          />
          <Group>
            <Button type="submit" loading={save.isPending}>
              {t('settings.changePassword')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  )
}

export const AccountSection = (): ReactElement => (
  <>
    <Profile />
    <Password />
  </>
)
