import { Alert, Button, Code, Group, Text } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api.ts'
import { describeProblem } from '../describe-problem.ts'
import { asSentence, sayBecause } from '../say-because.ts'
import { Disclosure } from './disclosure.tsx'
import { SuggestionButton } from './suggestion-button.tsx'

interface ProblemAlertProps {
  error: unknown
  onRetry?: () => void
  /** Takes one of the live models that the refusal names. */
  onTake?: (ref: string) => void
}

/** Models to take instead, `provider/key`, as a refusal names them. */
const suggestionsOf = (error: unknown): string[] => {
  const suggestions = error instanceof ApiError ? error.problem?.details?.['suggestions'] : undefined
  return Array.isArray(suggestions) ? suggestions.filter((ref) => typeof ref === 'string') : []
}

/** A failed call where its result would be: title, advice, the fields that are wrong, detail on demand. */
export const ProblemAlert = ({ error, onRetry, onTake }: ProblemAlertProps): ReactElement => {
  const { t, i18n } = useTranslation()
  const problem = describeProblem(t, error)
  const because = error instanceof ApiError ? error.problem?.because : undefined
  const said = sayBecause(t, i18n.language, because)
  const fields = error instanceof ApiError ? (error.problem?.fields ?? []) : []
  const detail = [problem.code, problem.detail, problem.requestId && `${t('problem.requestId')} ${problem.requestId}`]
  return (
    <Alert
      color="rose"
      icon={<IconAlertCircle size={20} aria-hidden />}
      title={problem.title}
      role="alert"
      styles={{ title: { fontSize: 'var(--mantine-font-size-sm)' } }}
    >
      {said !== null && <Text size="sm">{asSentence(said, i18n.language, because)}</Text>}
      <Text size="sm">{problem.advice}</Text>
      {fields.map((field) => (
        <Text size="sm" key={field.path}>
          <Code>{field.path}</Code> {field.message}
        </Text>
      ))}
      {onTake !== undefined && suggestionsOf(error).length > 0 && (
        <Group gap={6} mt={6}>
          <Text size="sm">{t('model.insteadTake')}</Text>
          {suggestionsOf(error).map((ref) => (
            <SuggestionButton key={ref} model={ref} size="compact-sm" onTake={() => onTake(ref)} />
          ))}
        </Group>
      )}
      <Group mt={6} gap="sm">
        {onRetry !== undefined && (
          <Button size="compact-sm" variant="light" color="rose" onClick={onRetry}>
            {t('action.tryAgain')}
          </Button>
        )}
        <Disclosure label={t('problem.technicalDetail')}>{detail.filter(Boolean).join('\n')}</Disclosure>
      </Group>
    </Alert>
  )
}
