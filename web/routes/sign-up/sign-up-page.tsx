import { Alert, Anchor, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useParams, useSearchParams } from 'react-router'
import { AccountFrame } from '../../components/account-frame.tsx'
import { FullPageLoader, FullPageProblem } from '../../components/full-page.tsx'
import { serverQuery } from '../../queries.ts'
import { SignUpForm } from '../../session/sign-up-form.tsx'

/** Sign-up, open or by the link of an invitation. */
export const SignUpPage = (): ReactElement => {
  const { t } = useTranslation()
  const { token } = useParams()
  const [search] = useSearchParams()
  const server = useQuery(serverQuery)
  const invitation = token ?? search.get('invitation') ?? undefined
  if (server.isPending) return <FullPageLoader />
  if (server.error !== null) return <FullPageProblem error={server.error} onRetry={() => void server.refetch()} />
  const closed = invitation === undefined && server.data.signUp === 'invitation' && !server.data.needsSetup
  return (
    <AccountFrame
      title={t('account.signUp')}
      description={invitation === undefined ? t('account.signUpHint') : t('account.invitedHint')}
    >
      {closed ? (
        <Alert color="amber">{t('account.byInvitation')}</Alert>
      ) : (
        <SignUpForm
          submitLabel={t('account.signUp')}
          {...(invitation === undefined ? {} : { invitationToken: invitation })}
        />
      )}
      <Text size="sm" ta="center" mt="lg">
        {t('account.haveAccount')}{' '}
        <Anchor component={Link} to="/sign-in" size="sm" underline="always">
          {t('account.signIn')}
        </Anchor>
      </Text>
    </AccountFrame>
  )
}
