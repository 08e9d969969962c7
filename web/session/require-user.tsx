/** Lets signed-in people through. A session that ends while a page is open is renewed over it, so that nothing is lost. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState, type ReactElement, type ReactNode } from 'react'
import { Navigate, useLocation } from 'react-router'
import type { Me } from '../../src/http/contract/accounts.ts'
import { onApiFailure } from '../api.ts'
import { FullPageLoader, FullPageProblem } from '../components/full-page.tsx'
import { meQuery, serverQuery } from '../queries.ts'
import { MeContext } from './me.ts'
import { SessionExpired } from './session-expired.tsx'
import { usePreferences } from './use-preferences.ts'

/** Asks who is here as soon as any call is refused for want of a session. */
const useExpiryWatch = (): void => {
  const client = useQueryClient()
  useEffect(
    () =>
      onApiFailure((error) => {
        if (error.code === 'unauthenticated') client.setQueryData(meQuery.queryKey, null)
      }),
    [client],
  )
}

export const RequireUser = ({ children }: { children: ReactNode }): ReactElement => {
  const me = useQuery(meQuery)
  const server = useQuery(serverQuery)
  const location = useLocation()
  const [last, setLast] = useState<Me | null>(null)
  useExpiryWatch()
  usePreferences(me.data ?? null)
  if (me.data != null && me.data !== last) setLast(me.data)
  const known = me.data ?? last

  if (known !== null) {
    return (
      <MeContext value={known}>
        {children}
        {me.data === null && <SessionExpired email={known.email} />}
      </MeContext>
    )
  }
  const problem = me.error ?? server.error
  if (problem !== null)
    return <FullPageProblem error={problem} onRetry={() => void Promise.all([me.refetch(), server.refetch()])} />
  if (me.isPending || server.isPending) return <FullPageLoader />
  if (server.data?.needsSetup === true) return <Navigate to="/setup" replace />
  const here = location.pathname + location.search
  return <Navigate to={here === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(here)}`} replace />
}
