import { Button, Divider, UnstyledButton } from '@mantine/core'
import { spotlight } from '@mantine/spotlight'
import { IconFileText, IconSearch, IconSettings, IconShieldCog, IconUpload } from '@tabler/icons-react'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, NavLink, useLocation } from 'react-router'
import { AdminLinks } from '../../routes/admin/admin-links.tsx'
import { useMe } from '../../session/me.ts'
import { LogoWithName } from '../logo.tsx'
import { ShortcutKeys } from '../shortcut-keys.tsx'
import { CreditBalance } from './credit-balance.tsx'
import { UserMenu } from './user-menu.tsx'
import classes from './app-layout.module.css'

interface SidebarProps {
  onNavigate: () => void
  onShowShortcuts: () => void
}

export const Sidebar = ({ onNavigate, onShowShortcuts }: SidebarProps): ReactElement => {
  const { t } = useTranslation()
  const me = useMe()
  const inAdmin = useLocation().pathname.startsWith('/admin')
  const link = (to: string, label: string, icon: ReactNode, end = false): ReactElement => (
    <NavLink to={to} end={end} className={classes.link ?? ''} onClick={onNavigate}>
      {icon}
      {label}
    </NavLink>
  )
  return (
    <nav className={classes.nav} aria-label={t('nav.main')}>
      <UnstyledButton component={Link} to="/" className={classes.brand} visibleFrom="md" aria-label={t('nav.home')}>
        <LogoWithName />
      </UnstyledButton>
      <Button
        component={Link}
        to="/upload"
        onClick={onNavigate}
        leftSection={<IconUpload size={17} aria-hidden />}
        mb={8}
        justify="center"
      >
        {t('nav.upload')}
      </Button>
      <UnstyledButton
        className={`${classes.link ?? ''} ${classes.search ?? ''}`}
        onClick={() => {
          onNavigate()
          spotlight.open()
        }}
      >
        <IconSearch size={17} stroke={1.7} aria-hidden />
        <span style={{ flex: 1 }}>{t('nav.commands')}</span>
        <ShortcutKeys shortcut="mod+k" />
      </UnstyledButton>
      {link('/', t('nav.recordings'), <IconFileText size={19} stroke={1.6} aria-hidden />, true)}
      {link('/settings', t('nav.settings'), <IconSettings size={19} stroke={1.6} aria-hidden />)}
      {me.role === 'admin' &&
        link('/admin', t('admin.title'), <IconShieldCog size={19} stroke={1.6} aria-hidden />, inAdmin)}
      {me.role === 'admin' && inAdmin && <AdminLinks onNavigate={onNavigate} />}
      <div style={{ flex: 1 }} />
      <CreditBalance onNavigate={onNavigate} />
      <Divider color="var(--line)" my={6} />
      <UserMenu onShowShortcuts={onShowShortcuts} onNavigate={onNavigate} />
    </nav>
  )
}
