/** A failure that the server told of as data: title, cause, advice. */
import { Alert, Text } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { translateCode } from '../../describe-problem.ts'

interface FailureTextProps {
  code: string
  message: string
  title?: string | undefined
  advice?: string | undefined
}

export const FailureText = ({ code, message, title, advice }: FailureTextProps): ReactElement => {
  const { t } = useTranslation()
  const text = translateCode(t, code, { title, advice })
  return (
    <Alert color="rose" role="alert" icon={<IconAlertCircle size={19} aria-hidden />} title={text.title}>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {message}
      </Text>
      {text.advice !== '' && (
        <Text size="sm" mt={4}>
          {text.advice}
        </Text>
      )}
      <Text size="xs" c="dimmed" mt={4}>
        {code}
      </Text>
    </Alert>
  )
}
