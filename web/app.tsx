/** Wires the page: look, cache, commands, uploads, addresses. */
import { localStorageColorSchemeManager, MantineProvider, mergeThemeOverrides } from '@mantine/core'
import { ModalsProvider } from '@mantine/modals'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { RouterProvider } from 'react-router'
import { CommandsProvider } from './commands/commands-provider.tsx'
import { createQueryClient } from './queries.ts'
import { createRouter } from './routes.tsx'
import { resolveVariables, theme } from './theme.ts'

const colorSchemeManager = localStorageColorSchemeManager({ key: 'mp4totext.theme' })

export const App = (): ReactElement => {
  const [client] = useState(createQueryClient)
  const [router] = useState(createRouter)
  const { t } = useTranslation()
  // The only texts that the theme holds: without them what can be closed or emptied has a button without a name.
  const close = { defaultProps: { closeButtonProps: { 'aria-label': t('action.close') } } }
  const clear = { defaultProps: { clearButtonProps: { 'aria-label': t('action.clear') } } }
  const named = mergeThemeOverrides(theme, {
    components: { Notification: close, Modal: close, Drawer: close, Select: clear, MultiSelect: clear },
  })
  return (
    <MantineProvider
      theme={named}
      cssVariablesResolver={resolveVariables}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={client}>
        <ModalsProvider labels={{ confirm: t('action.confirm'), cancel: t('action.cancel') }}>
          <CommandsProvider>
            <Notifications position="top-right" containerWidth={380} />
            {/* The address is changed at once: in a transition, a second change before the first is drawn would undo it. */}
            <RouterProvider router={router} useTransitions={false} />
          </CommandsProvider>
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>
  )
}
