import { Avatar, Group, Menu, SegmentedControl, Stack, Text, UnstyledButton, VisuallyHidden } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import {
  IconDeviceDesktop,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconSelector,
  IconSun,
  IconUser,
} from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { signOut } from '../../../src/http/contract/auth.ts'
import { call } from '../../api.ts'
import type { Language } from '../../i18n.ts'
import { meQuery } from '../../queries.ts'
import { useMe } from '../../session/me.ts'
import { useChangePreferences, type Preferences } from '../../session/use-preferences.ts'
import classes from './app-layout.module.css'

const ThemeSwitch = (): ReactElement => {
  const { t } = useTranslation()
  const me = useMe()
  const change = useChangePreferences()
  const option = (value: Preferences['theme'], Icon: typeof IconSun) => ({
    value,
    label: (
      <>
        <Icon size={16} aria-hidden style={{ display: 'block', margin: '2px auto' }} />
        <VisuallyHidden>{t(`theme.${value}`)}</VisuallyHidden>
      </>
    ),
  })
  return (
    <SegmentedControl
      size="xs"
      fullWidth
      aria-label={t('settings.theme')}
      value={me.preferences.theme}
      onChange={(value) => change({ theme: value })}
      data={[option('light', IconSun), option('dark', IconMoon), option('auto', IconDeviceDesktop)]}
    />
  )
}

interface UserMenuProps {
  onShowShortcuts: () => void
  onNavigate: () => void
}

export const UserMenu = ({ onShowShortcuts, onNavigate }: UserMenuProps): ReactElement => {
  const { t, i18n } = useTranslation()
  const me = useMe()
  const change = useChangePreferences()
  const client = useQueryClient()
  const navigate = useNavigate()
  const leave = async (): Promise<void> => {
    await call(signOut, { body: {} })
    client.setQueryData(meQuery.queryKey, null)
    // A full load forgets everything that this person had on the page.
    location.assign('/sign-in')
  }
  return (
    <Menu position="top-start" width={224} offset={6}>
      <Menu.Target>
        <UnstyledButton className={classes.link ?? ''}>
          <Avatar size={30} radius="xl" color="pine" name={me.name} aria-hidden />
          <Stack gap={0} flex={1} miw={0}>
            <Text size="sm" fw={550} truncate>
              {me.name}
            </Text>
            <Text size="xs" c="dimmed" truncate>
              {me.email}
            </Text>
          </Stack>
          <IconSelector size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Group p={6} pb={4}>
          <ThemeSwitch />
        </Group>
        <Group p={6} pt={2}>
          <SegmentedControl
            size="xs"
            fullWidth
            w="100%"
            aria-label={t('settings.language')}
            value={i18n.language}
            onChange={(value) => change({ locale: value as Language })}
            data={[
              { value: 'en', label: 'English' },
              { value: 'tr', label: 'Türkçe' },
            ]}
          />
        </Group>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconUser size={16} aria-hidden />}
          onClick={() => {
            onNavigate()
            void navigate('/settings/account')
          }}
        >
          {t('settings.account')}
        </Menu.Item>
        <Menu.Item leftSection={<IconKeyboard size={16} aria-hidden />} onClick={onShowShortcuts}>
          {t('commands.shortcuts')}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void leave()}>
          {t('account.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
