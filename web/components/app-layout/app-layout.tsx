/** The frame of every page behind sign-in: navigation, drop zone over the window, palette, connection banner. */
import { AppShell, Burger, Group, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useEffect, useRef, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Outlet, useLocation } from 'react-router'
import { useEvents } from '../../events/use-events.ts'
import { CommandPalette, ShortcutsHelp } from '../command-palette.tsx'
import { LogoWithName } from '../logo.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { CreditBalance } from './credit-balance.tsx'
import { DemoBanner } from './demo-banner.tsx'
import { DropEverywhere } from './drop-everywhere.tsx'
import { Sidebar } from './sidebar.tsx'
import { useAppCommands } from './use-app-commands.tsx'
import { UploadTray } from './upload-tray.tsx'
import classes from './app-layout.module.css'

/** After a change of page the focus goes to its content, so that a keyboard or screen reader starts there. */
const useFocusOnNavigation = () => {
  const main = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  const first = useRef(true)
  useEffect(() => {
    if (!first.current) {
      main.current?.focus({ preventScroll: true })
      globalThis.scrollTo(0, 0)
    }
    first.current = false
  }, [pathname])
  return main
}

const Frame = (): ReactElement => {
  const { t } = useTranslation()
  const [menuOpen, menu] = useDisclosure()
  const [helpOpen, help] = useDisclosure()
  const main = useFocusOnNavigation()
  useAppCommands(help.open)
  return (
    <AppShell
      navbar={{ width: 244, breakpoint: 'md', collapsed: { mobile: !menuOpen } }}
      header={{ height: { base: 54, md: 0 } }}
      padding={0}
      withBorder={false}
    >
      <a className="skip-link" href="#content">
        {t('nav.skip')}
      </a>
      <AppShell.Header hiddenFrom="md" className={classes.header}>
        <Group h="100%" px="md" justify="space-between">
          <UnstyledButton component={Link} to="/" aria-label={t('nav.home')}>
            <LogoWithName />
          </UnstyledButton>
          <Group gap="xs" wrap="nowrap">
            <CreditBalance compact />
            <Burger
              opened={menuOpen}
              onClick={menu.toggle}
              size="sm"
              aria-label={menuOpen ? t('nav.closeMenu') : t('nav.openMenu')}
              aria-expanded={menuOpen}
            />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar} component="div">
        <Sidebar onNavigate={menu.close} onShowShortcuts={help.open} />
      </AppShell.Navbar>
      <AppShell.Main id="content" ref={main} tabIndex={-1} className={classes.main}>
        <DemoBanner />
        <ConnectionBanner />
        <Outlet />
      </AppShell.Main>
      <UploadTray />
      <DropEverywhere />
      <CommandPalette />
      <ShortcutsHelp opened={helpOpen} onClose={help.close} />
    </AppShell>
  )
}

export const AppLayout = (): ReactElement => {
  useEvents(true)
  return <Frame />
}
