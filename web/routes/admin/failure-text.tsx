/** A failure that the server told of as data: title, cause, advice. */
import { Alert, Text } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Because } from '../../../src/http/contract/reason.ts'
import { translateCode } from '../../describe-problem.ts'
import { asSentence, sayBecause } from '../../say-because.ts'

interface FailureTextProps {
  code: string
  message: string
  /** The message as a code with parameters, where it is one of ours. */
  because?: Because | undefined
  title?: string | undefined
  advice?: string | undefined
}

export const FailureText = ({ code, message, because, title, advice }: FailureTextProps): ReactElement => {
  const { t, i18n } = useTranslation()
  const said = sayBecause(t, i18n.language, because)
  const text = translateCode(t, code, { title, advice })
  return (
    <Alert color="rose" role="alert" icon={<IconAlertCircle size={19} aria-hidden />} title={text.title}>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {said === null ? message : asSentence(said, i18n.language, because)}
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
