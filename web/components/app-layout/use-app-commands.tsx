import { useComputedColorScheme } from '@mantine/core'
import { spotlight } from '@mantine/spotlight'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { useCommands } from '../../commands/commands-provider.tsx'
import { useChangePreferences } from '../../session/use-preferences.ts'

/** Commands that every page has. */
export const useAppCommands = (showShortcuts: () => void): void => {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const change = useChangePreferences()
  const scheme = useComputedColorScheme()
  const group = t('commands.general')
  const go = (to: string) => () => void navigate(to)
  useCommands([
    { id: 'palette', label: t('nav.commands'), shortcut: 'mod+k', group, run: spotlight.toggle, inFields: true },
    { id: 'go-recordings', label: t('commands.goRecordings'), shortcut: 'shift+r', group, run: go('/') },
    { id: 'go-upload', label: t('commands.goUpload'), shortcut: 'shift+u', group, run: go('/upload') },
    { id: 'go-settings', label: t('commands.goSettings'), shortcut: 'shift+s', group, run: go('/settings') },
    {
      id: 'theme',
      label: scheme === 'dark' ? t('commands.themeLight') : t('commands.themeDark'),
      group,
      run: () => change({ theme: scheme === 'dark' ? 'light' : 'dark' }),
    },
    {
      id: 'language',
      label: t('commands.otherLanguage'),
      group,
      run: () => change({ locale: i18n.language === 'tr' ? 'en' : 'tr' }),
    },
    { id: 'shortcuts', label: t('commands.shortcuts'), shortcut: '?', group, run: showShortcuts },
  ])
}
