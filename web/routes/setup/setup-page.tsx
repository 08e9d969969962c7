import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Navigate } from 'react-router'
import { AccountFrame } from '../../components/account-frame.tsx'
import { FullPageLoader, FullPageProblem } from '../../components/full-page.tsx'
import { serverQuery } from '../../queries.ts'
import { SignUpForm } from '../../session/sign-up-form.tsx'

/** The first visit to a new server: whoever is here becomes the administrator. */
export const SetupPage = (): ReactElement => {
  const { t } = useTranslation()
  const server = useQuery(serverQuery)
  if (server.isPending) return <FullPageLoader />
  if (server.error !== null) return <FullPageProblem error={server.error} onRetry={() => void server.refetch()} />
  if (!server.data.needsSetup) return <Navigate to="/" replace />
  return (
    <AccountFrame title={t('setup.title')} description={t('setup.hint')}>
      <SignUpForm submitLabel={t('setup.create')} />
    </AccountFrame>
  )
}
