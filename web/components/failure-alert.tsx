/** A step that failed, where its result would be: what, why, what to do, and the way on. */
import { Alert, Button, Group, Text } from '@mantine/core'
import { IconAlertCircle, IconReload, IconSparkles } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { StoredError } from '../../src/http/contract/problem.ts'
import { translateCode } from '../describe-problem.ts'
import { Disclosure } from './disclosure.tsx'

interface FailureAlertProps {
  error: StoredError
  onRetry: () => void
  /** Opens the choice of another model, with one chosen already if given. */
  onRetryElsewhere: (model?: string) => void
  elsewhere?: 'model' | 'engine'
}

export const FailureAlert = (props: FailureAlertProps): ReactElement => {
  const { error, onRetry, onRetryElsewhere, elsewhere = 'model' } = props
  const { t } = useTranslation()
  const { title, advice } = translateCode(t, error.code, error)
  const facts = [error.provider, error.model].filter((fact) => fact !== null)
  const details = JSON.stringify(error.details, null, 2)
  return (
    <Alert
      color="rose"
      role="alert"
      icon={<IconAlertCircle size={21} aria-hidden />}
      title={title}
      data-failure={error.code}
    >
      {error.message !== '' && error.message !== error.title && <Text size="sm">{error.message}</Text>}
      <Text size="sm" mt={4}>
        {advice}
      </Text>
      {facts.length > 0 && (
        <Text size="sm" c="dimmed" mt={4}>
          {t('failure.from')} {facts.join(' · ')}
        </Text>
      )}
      <Group gap="xs" mt="sm" mb={8}>
        <Button
          size="xs"
          color="rose"
          leftSection={<IconSparkles size={15} aria-hidden />}
          onClick={() => onRetryElsewhere()}
        >
          {elsewhere === 'model' ? t('failure.otherModel') : t('failure.otherEngine')}
        </Button>
        {error.suggestions.slice(0, 3).map((suggestion) => (
          <Button
            key={`${suggestion.provider}/${suggestion.model}`}
            size="xs"
            variant="default"
            onClick={() => onRetryElsewhere(`${suggestion.provider}/${suggestion.model}`)}
          >
            {suggestion.displayName}
          </Button>
        ))}
        <Button
          size="xs"
          variant="subtle"
          color="rose"
          leftSection={<IconReload size={15} aria-hidden />}
          onClick={onRetry}
        >
          {t('failure.same')}
        </Button>
      </Group>
      <Disclosure label={t('problem.technicalDetail')}>{`${error.code}: ${error.message}\n${details}`}</Disclosure>
    </Alert>
  )
}
