/** The user's language and theme: applied when they arrive, and written back when they are changed. */
import { useMantineColorScheme } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { updateMe, type Me } from '../../src/http/contract/accounts.ts'
import { call } from '../api.ts'
import { setLanguage } from '../i18n.ts'
import { meQuery } from '../queries.ts'

export type Preferences = Me['preferences']

export const usePreferences = (me: Me | null): void => {
  const { setColorScheme } = useMantineColorScheme()
  const locale = me?.preferences.locale
  const theme = me?.preferences.theme
  useEffect(() => {
    if (locale !== undefined) void setLanguage(locale)
  }, [locale])
  useEffect(() => {
    if (theme !== undefined) setColorScheme(theme)
    // The setter is new on every render; only the choice matters.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [theme])
}

/** Changes preferences here at once and on the server behind it. */
export const useChangePreferences = (): ((change: Partial<Preferences>) => void) => {
  const client = useQueryClient()
  const save = useMutation({
    mutationFn: async (preferences: Partial<Preferences>) => await call(updateMe, { body: { preferences } }),
    onMutate: (change) => {
      client.setQueryData(meQuery.queryKey, (me) =>
        me == null ? me : { ...me, preferences: { ...me.preferences, ...change } },
      )
    },
    onSuccess: (me) => client.setQueryData(meQuery.queryKey, me),
    onError: () => void client.invalidateQueries({ queryKey: meQuery.queryKey }),
  })
  return (change) => save.mutate(change)
}
