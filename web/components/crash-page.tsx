import { Button, Center, Stack, Text, Title } from '@mantine/core'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useRouteError } from 'react-router'
import { Disclosure } from './disclosure.tsx'

/** A fault of the page itself. The recordings are safe on the server, and it says so. */
export const CrashPage = (): ReactElement => {
  const { t } = useTranslation()
  const error = useRouteError()
  return (
    <Center component="main" mih="100dvh" p="lg">
      <Stack maw={480} role="alert">
        <Title order={1}>{t('errors.page-fault.title')}</Title>
        <Text c="dimmed">{t('errors.page-fault.advice')}</Text>
        <Button w="fit-content" onClick={() => location.reload()}>
          {t('action.reload')}
        </Button>
        <Disclosure label={t('problem.technicalDetail')}>
          {error instanceof Error ? (error.stack ?? error.message) : String(error)}
        </Disclosure>
      </Stack>
    </Center>
  )
}
