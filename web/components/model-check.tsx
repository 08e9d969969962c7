/** What became of the check of a chosen model, under the choice; live models to take instead are one click away. */
import { Group, Loader, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { IconAlertTriangle, IconCircleCheckFilled, IconCircleXFilled } from '@tabler/icons-react'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ModelValidationAnswer } from '../../src/http/contract/validate-model.ts'
import { formatAgo } from '../format.ts'
import { modelsQuery } from '../queries.ts'
import { sayReason } from '../say-because.ts'
import { SuggestionButton } from './suggestion-button.tsx'
import { automaticFacts, isAutomatic } from './model-options.ts'
import { useModelCheck } from './use-model-check.ts'

const size = 15

const look = {
  yes: { icon: <IconCircleCheckFilled size={size} aria-hidden />, color: 'var(--mantine-color-anchor)' },
  perhaps: { icon: <IconAlertTriangle size={size} aria-hidden />, color: 'var(--mantine-color-dimmed)' },
  no: { icon: <IconCircleXFilled size={size} aria-hidden />, color: 'var(--mantine-color-error)' },
} as const

const Line = ({ kind, children }: { kind: keyof typeof look; children: ReactNode }): ReactElement => (
  <Text component="span" size="xs" c={look[kind].color} style={{ display: 'flex', gap: 6, alignItems: 'flex-start' }}>
    <span style={{ flex: 'none', marginTop: 2 }}>{look[kind].icon}</span>
    <span>{children}</span>
  </Text>
)

export const Suggestions = ({
  models,
  onTake,
}: {
  models: ModelValidationAnswer['suggestion']
  onTake: (ref: string) => void
}): ReactElement | null => {
  const { t } = useTranslation()
  if (models.length === 0) return null
  return (
    <Group gap={6} mt={6}>
      <Text span size="xs" c="dimmed">
        {t('model.insteadTake')}
      </Text>
      {models.map((model) => (
        <SuggestionButton
          key={`${model.provider}/${model.model_key}`}
          model={`${model.provider}/${model.model_key}`}
          name={model.display_name}
          size="compact-xs"
          onTake={() => onTake(`${model.provider}/${model.model_key}`)}
        />
      ))}
    </Group>
  )
}

const Verdict = ({ answer }: { answer: ModelValidationAnswer }): ReactElement => {
  const { t, i18n } = useTranslation()
  const ago = formatAgo(answer.checked_at, i18n.language)
  const reason =
    answer.reason === null
      ? t(`model.status.${answer.status}`)
      : sayReason(t, i18n.language, answer.reason, answer.because)
  if (answer.available === true) return <Line kind="yes">{t('model.checkYes', { ago })}</Line>
  if (answer.available === false) return <Line kind="no">{t('model.checkNo', { reason })}</Line>
  return <Line kind="perhaps">{t('model.checkOpen', { reason })}</Line>
}

interface ModelCheckProps {
  value: string
  onChange: (value: string) => void
}

export const ModelCheck = ({ value, onChange }: ModelCheckProps): ReactElement => {
  const { t } = useTranslation()
  const { data: answer, isFetching, error } = useModelCheck(value)
  const { data: known } = useQuery(modelsQuery)
  const content = (): ReactNode => {
    if (isAutomatic(value)) {
      const [, whom] = automaticFacts(t, value, known?.automatic ?? [], known?.models ?? [])
      return whom === undefined ? null : (
        <Text size="xs" c="dimmed">
          {whom}
        </Text>
      )
    }
    if (isFetching) {
      return (
        <Group gap={8} c="dimmed">
          <Loader size={14} type="oval" aria-hidden />
          <Text size="xs">{t('model.checking')}</Text>
        </Group>
      )
    }
    if (error !== null) return <Line kind="perhaps">{t('model.checkFailed')}</Line>
    return answer === undefined ? null : <Verdict answer={answer} />
  }
  return (
    <div
      style={{ marginTop: 6, minHeight: 18 }}
      data-model-check={isFetching ? 'checking' : (answer?.status ?? 'none')}
    >
      <div role="status">{content()}</div>
      {!isFetching && answer?.available === false && <Suggestions models={answer.suggestion} onTake={onChange} />}
    </div>
  )
}
