import { Button, Center, Loader, Stack, Text, Title } from '@mantine/core'
import { IconPlugConnectedX } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { describeProblem } from '../describe-problem.ts'
import { Logo } from './logo.tsx'

export const FullPageLoader = (): ReactElement => {
  const { t } = useTranslation()
  return (
    <Center component="main" mih="100dvh">
      <Stack align="center" gap="md" role="status">
        <Logo size={40} />
        <Loader size="sm" aria-hidden />
        <Text size="sm" c="dimmed">
          {t('state.loading')}
        </Text>
      </Stack>
    </Center>
  )
}

interface FullPageProblemProps {
  error: unknown
  onRetry: () => void
}

/** Before anything is known the whole page has one problem, most often that the server is away; its queries ask again. */
export const FullPageProblem = ({ error, onRetry }: FullPageProblemProps): ReactElement => {
  const { t } = useTranslation()
  const problem = describeProblem(t, error)
  return (
    <Center component="main" mih="100dvh" p="lg">
      <Stack align="center" gap="sm" maw={420} role="alert">
        <IconPlugConnectedX size={44} stroke={1.3} aria-hidden color="var(--mantine-color-dimmed)" />
        <Title order={1} ta="center">
          {problem.title}
        </Title>
        <Text c="dimmed" ta="center">
          {problem.advice}
        </Text>
        <Text c="dimmed" ta="center" size="sm">
          {t('state.triesAgain')}
        </Text>
        <Button onClick={onRetry} mt="sm">
          {t('action.tryAgain')}
        </Button>
      </Stack>
    </Center>
  )
}
