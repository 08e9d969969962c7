import { useQuery } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { EngineOption, ModelOption } from '../../src/http/contract/models.ts'
import { formatNumber } from '../format.ts'
import { modelsQuery } from '../queries.ts'
import { OptionPicker, type PickerOption } from './option-picker.tsx'
import { ProblemAlert } from './problem-alert.tsx'

interface PickerProps {
  value: string
  onChange: (value: string) => void
  label?: string
  description?: string
}

const automatic = ['auto:best', 'auto:fastest', 'auto:cheapest']

/** Readable name of a choice: a model of the list, an automatic one, or the bare reference. */
export const modelName = (t: TFunction, ref: string, models: readonly ModelOption[]): string => {
  if (automatic.includes(ref)) return t(`model.${ref.replace('auto:', 'auto-')}.label`)
  return models.find((model) => model.ref === ref)?.displayName ?? ref
}

const modelFacts = (t: TFunction, model: ModelOption, locale: string): string => {
  const facts: string[] = []
  if (model.contextLength !== null) {
    facts.push(
      t('model.context', {
        tokens: new Intl.NumberFormat(locale, { notation: 'compact' }).format(model.contextLength),
      }),
    )
  }
  if (model.inputPerMillion !== null && model.outputPerMillion !== null && !model.basic) {
    const dollars = (value: number) =>
      new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD', maximumFractionDigits: 2 }).format(value)
    facts.push(t('model.price', { input: dollars(model.inputPerMillion), output: dollars(model.outputPerMillion) }))
  }
  if (!model.basic) facts.push(t('model.credits', { multiplier: formatNumber(model.creditMultiplier, locale) }))
  return facts.join(' · ')
}

const toOption = (t: TFunction, model: ModelOption, locale: string): PickerOption => ({
  value: model.ref,
  label: model.displayName,
  group: model.basic ? t('model.builtIn') : model.provider,
  facts: model.basic ? t('model.basicFacts') : modelFacts(t, model, locale),
  badge: model.available
    ? { label: model.basic ? t('model.noAi') : t('model.available'), color: model.basic ? 'gray' : 'pine' }
    : { label: t('model.unavailable'), color: 'gray' },
  unavailableReason: model.available ? null : (model.unavailableReason ?? t('model.unavailable')),
})

export const ModelPicker = ({ value, onChange, label, description }: PickerProps): ReactElement => {
  const { t, i18n } = useTranslation()
  const { data, isPending, error, refetch } = useQuery(modelsQuery)
  if (error !== null) return <ProblemAlert error={error} onRetry={() => void refetch()} />
  const models = data?.models ?? []
  const options = [
    ...automatic.map((ref) => ({
      value: ref,
      label: modelName(t, ref, models),
      group: t('model.automatic'),
      facts: t(`model.${ref.replace('auto:', 'auto-')}.facts`),
    })),
    // What can be chosen comes first; the rest stays to be seen, with its reason.
    ...models
      .toSorted((one, other) => Number(other.available) - Number(one.available))
      .map((model) => toOption(t, model, i18n.language)),
  ]
  return (
    <OptionPicker
      label={label ?? t('upload.model')}
      {...(description === undefined ? {} : { description })}
      options={options}
      value={value}
      onChange={onChange}
      loading={isPending}
    />
  )
}

const engineOption = (t: TFunction, engine: EngineOption, locale: string): PickerOption => {
  const price = engine.perMinuteUsd
  const facts = [
    engine.local ? t('engine.local') : t('engine.remote'),
    engine.wordTimes ? null : t('engine.noWordTimes'),
    price === null || price === 0
      ? null
      : t('engine.perMinute', {
          price: new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD', maximumFractionDigits: 4 }).format(
            price,
          ),
        }),
  ]
  return {
    value: engine.ref,
    label: engine.displayName,
    group: engine.local ? t('engine.onThisServer') : t('engine.atProviders'),
    facts: facts.filter((fact) => fact !== null).join(' · '),
    badge: engine.available ? undefined : { label: t('model.unavailable'), color: 'gray' },
    unavailableReason: engine.available ? null : (engine.unavailableReason ?? t('model.unavailable')),
  }
}

export const EnginePicker = ({ value, onChange, label, description }: PickerProps): ReactElement => {
  const { t, i18n } = useTranslation()
  const { data, isPending, error, refetch } = useQuery(modelsQuery)
  if (error !== null) return <ProblemAlert error={error} onRetry={() => void refetch()} />
  const engines = data?.engines ?? []
  const preset = engines.some((engine) => engine.ref === 'local')
    ? []
    : [{ value: 'local', label: t('engine.default'), group: t('engine.onThisServer'), facts: t('engine.local') }]
  return (
    <OptionPicker
      label={label ?? t('upload.engine')}
      {...(description === undefined ? {} : { description })}
      options={[...preset, ...engines.map((engine) => engineOption(t, engine, i18n.language))]}
      value={value}
      onChange={onChange}
      loading={isPending}
    />
  )
}
