import { useQuery } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { EngineOption } from '../../src/http/contract/models.ts'
import { modelsQuery } from '../queries.ts'
import { ModelCheck } from './model-check.tsx'
import { whyUnavailable } from './model-options.ts'
import type { PickerProps } from './model-picker.tsx'
import { OptionPicker, type PickerOption } from './option-picker.tsx'
import { ProblemAlert } from './problem-alert.tsx'

/** The engine of this server: nobody outside is asked. */
export const isOwnEngine = (ref: string): boolean => ref === 'local' || ref.startsWith('local/')

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
    facts: [facts.filter((fact) => fact !== null).join(' · ')],
    badge: engine.available ? undefined : { label: t('model.unavailable'), color: 'gray' },
    unavailableReason: engine.available ? null : whyUnavailable(t, locale, engine),
  }
}

export const EnginePicker = ({ value, onChange, label, description }: PickerProps): ReactElement => {
  const { t, i18n } = useTranslation()
  const { data, isPending, error, refetch } = useQuery(modelsQuery)
  if (error !== null) return <ProblemAlert error={error} onRetry={() => void refetch()} />
  const engines = data?.engines ?? []
  const preset = engines.some((engine) => engine.ref === 'local')
    ? []
    : [{ value: 'local', label: t('engine.default'), group: t('engine.onThisServer'), facts: [t('engine.local')] }]
  return (
    <div>
      <OptionPicker
        label={label ?? t('upload.engine')}
        {...(description === undefined ? {} : { description })}
        options={[...preset, ...engines.map((engine) => engineOption(t, engine, i18n.language))]}
        value={value}
        onChange={onChange}
        loading={isPending}
      />
      {!isOwnEngine(value) && <ModelCheck value={value} onChange={onChange} />}
    </div>
  )
}
