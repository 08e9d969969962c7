/** The choice of a model that writes: searched, filtered, each with what is known of it now. */
import { Group, Loader, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState, type ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { formatAgo } from '../format.ts'
import { liveModelsQuery, modelsQuery } from '../queries.ts'
import { ModelCheck } from './model-check.tsx'
import { sortForChoice, toAutomaticOptions, toModelOption } from './model-options.ts'
import { OptionPicker } from './option-picker.tsx'
import { ProblemAlert } from './problem-alert.tsx'

export interface PickerProps {
  value: string
  onChange: (value: string) => void
  label?: string
  description?: string
}

/** The list as it is known stands at once; opening it has the providers asked what they serve now. */
export const useModels = (asking: boolean) => {
  const known = useQuery(modelsQuery)
  const live = useQuery({ ...liveModelsQuery, enabled: asking })
  const isNewer = live.data !== undefined && live.dataUpdatedAt >= known.dataUpdatedAt
  return {
    data: isNewer ? live.data : known.data,
    isPending: known.isPending,
    error: known.data === undefined ? known.error : null,
    refetch: known.refetch,
    asking: live.isFetching,
    askedAtMs: live.dataUpdatedAt === 0 ? null : live.dataUpdatedAt,
  }
}

interface ModelPickerProps extends PickerProps {
  /** Leaves the automatic choices out, where one model must be named. */
  onlyModels?: boolean
}

export const ModelPicker = (props: ModelPickerProps): ReactElement => {
  const { value, onChange, label, description, onlyModels = false } = props
  const { t, i18n } = useTranslation()
  const [opened, setOpened] = useState(false)
  const { data, isPending, error, refetch, asking, askedAtMs } = useModels(opened)
  const options = useMemo(() => {
    const models = data?.models ?? []
    return [
      ...(onlyModels ? [] : toAutomaticOptions(t, data?.automatic ?? [], models)),
      ...sortForChoice(models).map((model) => toModelOption(t, model, i18n.language)),
    ]
  }, [data, t, i18n.language, onlyModels])
  if (error !== null) return <ProblemAlert error={error} onRetry={() => void refetch()} />
  const note = asking ? (
    <Group gap={8} component="span">
      <Loader size={14} type="oval" aria-hidden />
      <Text span size="xs">
        {t('model.asking')}
      </Text>
    </Group>
  ) : askedAtMs === null ? undefined : (
    t('model.asked', { ago: formatAgo(new Date(askedAtMs).toISOString(), i18n.language) })
  )
  return (
    <div>
      <OptionPicker
        label={label ?? t('upload.model')}
        {...(description === undefined ? {} : { description })}
        options={options}
        value={value}
        onChange={onChange}
        loading={isPending}
        groupFilter={t('model.allProviders')}
        onOpen={() => setOpened(true)}
        {...(note === undefined ? {} : { note })}
      />
      {value !== '' && <ModelCheck value={value} onChange={onChange} />}
    </div>
  )
}
