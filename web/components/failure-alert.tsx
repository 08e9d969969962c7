/** A step that failed, where its result would be: what, why, what to do, and the way on. */
import { Alert, Button, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconAlertCircle, IconReload, IconSparkles } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { StoredError } from '../../src/http/contract/problem.ts'
import { translateCode } from '../describe-problem.ts'
import { creditsQuery } from '../queries.ts'
import { sayFailure } from '../say-because.ts'
import { useProviderNames, type ProviderNames } from '../provider-names.ts'
import classes from './failure-alert.module.css'
import { Disclosure } from './disclosure.tsx'
import { SuggestionButton } from './suggestion-button.tsx'

interface FailureAlertProps {
  error: StoredError
  onRetry: () => void
  /** Opens the choice of another model, with one chosen already if given. */
  onRetryElsewhere: (model?: string) => void
  elsewhere?: 'model' | 'engine'
  /** Set where a part was delivered before the failure, and paid. */
  paidInPart?: boolean
}

const namedBy = (providers: ProviderNames, error: StoredError) => ({
  ...error,
  because: providers.inBecause(error.because),
  provider: error.provider && providers.of(error.provider),
})

export const FailureAlert = (props: FailureAlertProps): ReactElement => {
  const { error, onRetry, onRetryElsewhere, elsewhere = 'model', paidInPart = false } = props
  const { t, i18n } = useTranslation()
  const providers = useProviderNames()
  const { title, advice } = translateCode(t, error.code, error)
  const said = error.message === error.title ? null : sayFailure(t, i18n.language, namedBy(providers, error))
  const { data: credits } = useQuery(creditsQuery)
  // A server that counts no credits has nothing to say about them.
  const counted = credits?.enabled === true
  const facts = [
    [t('failure.model'), error.model],
    [t('failure.provider'), error.provider && providers.of(error.provider)],
  ].filter((fact): fact is [string, string] => fact[1] !== null)
  const details = JSON.stringify(error.details, null, 2)
  // Never the one that has just failed.
  const [first] = elsewhere === 'model' ? error.suggestions : []
  return (
    <Alert
      color="rose"
      role="alert"
      icon={<IconAlertCircle size={21} aria-hidden />}
      title={title}
      data-failure={error.code}
    >
      {said !== null && (
        <Text size="sm" data-said>
          {said}
        </Text>
      )}
      <Text size="sm" mt={4}>
        {advice}
      </Text>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {counted && (
        <Text size="sm" fw={550} data-no-charge>
          {paidInPart ? t('failure.partCharge') : t('failure.noCharge')}
        </Text>
      )}
      <Group gap="xs" mt="sm" mb={8}>
        <Button
          size="xs"
          color="rose"
          leftSection={<IconSparkles size={15} aria-hidden />}
          onClick={() => onRetryElsewhere(first === undefined ? undefined : `${first.provider}/${first.model}`)}
        >
          {elsewhere === 'model' ? t('failure.otherModel') : t('failure.otherEngine')}
        </Button>
        {error.suggestions.slice(0, 3).map((suggestion) => (
          <SuggestionButton
            key={`${suggestion.provider}/${suggestion.model}`}
            model={`${suggestion.provider}/${suggestion.model}`}
            name={suggestion.displayName}
            size="xs"
            onTake={() => onRetryElsewhere(`${suggestion.provider}/${suggestion.model}`)}
          />
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
