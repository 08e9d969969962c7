import { Anchor, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Navigate, useNavigate, useSearchParams } from 'react-router'
import { AccountFrame } from '../../components/account-frame.tsx'
import { FullPageLoader, FullPageProblem } from '../../components/full-page.tsx'
import { meQuery, serverQuery } from '../../queries.ts'
import { safeReturnPath } from '../../session/safe-return-path.ts'
import { SignInForm } from '../../session/sign-in-form.tsx'

export const SignInPage = (): ReactElement => {
  const { t } = useTranslation()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [search] = useSearchParams()
  const server = useQuery(serverQuery)
  const next = safeReturnPath(search.get('next'))
  if (server.isPending) return <FullPageLoader />
  if (server.error !== null) return <FullPageProblem error={server.error} onRetry={() => void server.refetch()} />
  if (server.data.needsSetup) return <Navigate to="/setup" replace />
  return (
    <AccountFrame title={t('account.signIn')} description={t('account.signInHint')}>
      <SignInForm
        onSignedIn={() => {
          void client.query({ ...meQuery, staleTime: 0 }).then(() => navigate(next, { replace: true }))
        }}
      />
      {server.data.signUp === 'open' ? (
        <Text size="sm" ta="center" mt="lg">
          {t('account.noAccount')}{' '}
          <Anchor component={Link} to="/sign-up" size="sm" underline="always">
            {t('account.signUp')}
          </Anchor>
        </Text>
      ) : (
        <Text size="sm" c="dimmed" ta="center" mt="lg">
          {t('account.byInvitation')}
        </Text>
      )}
    </AccountFrame>
  )
}
