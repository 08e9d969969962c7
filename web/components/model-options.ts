/** Models as options of a picker: what a person weighs before choosing, in two short lines. */
import type { TFunction } from 'i18next'
import type { AutomaticChoice, ModelOption } from '../../src/http/contract/models.ts'
import { formatAgo, formatNumber, formatTook } from '../format.ts'
import { asSentence, sayReason } from '../say-because.ts'
import type { PickerOption } from './option-picker.tsx'

const automatic = ['auto:best', 'auto:fastest', 'auto:cheapest'] as const

export const isAutomatic = (ref: string): boolean => automatic.some((one) => one === ref)

/** The built-in rules have a name in the page's language; models have their own. */
export const nameOfModel = (
  t: TFunction,
  { basic, displayName }: Pick<ModelOption, 'basic' | 'displayName'>,
): string => (basic ? t('model.basicName') : displayName)

/** Readable name of a choice: a model of the list, an automatic one, or the bare reference. */
export const modelName = (t: TFunction, ref: string, models: readonly ModelOption[]): string => {
  if (isAutomatic(ref)) return t(`model.${ref.replace('auto:', 'auto-')}.label`)
  const found = models.find((model) => model.ref === ref)
  return found === undefined ? ref : nameOfModel(t, found)
}

const formatPrice = (value: number, locale: string): string =>
  new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    minimumFractionDigits: 0,
    maximumFractionDigits: value < 1 ? 3 : 2,
  }).format(value)

const formatTokens = (tokens: number, locale: string): string =>
  new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 0 }).format(tokens)

const priceFact = (t: TFunction, model: ModelOption, locale: string): string =>
  model.inputPerMillion === null || model.outputPerMillion === null
    ? t('model.priceUnknown')
    : t('model.price', {
        input: formatPrice(model.inputPerMillion, locale),
        output: formatPrice(model.outputPerMillion, locale),
      })

/** Speed and errors as they were in the last hour; nothing where nobody asked the model. */
export const conductFacts = (t: TFunction, { statistics }: ModelOption, locale: string): string[] => {
  const { requests, errorRate, averageMs } = statistics
  const facts: string[] = []
  if (averageMs !== null) facts.push(t('model.speed', { time: formatTook(averageMs, locale) }))
  if (errorRate !== null) {
    const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(errorRate)
    facts.push(t('model.errorRate', { percent, count: requests }))
  }
  return facts
}

const modelFacts = (t: TFunction, model: ModelOption, locale: string): string[] => {
  if (model.basic) return [t('model.basicFacts')]
  const first = [
    model.contextLength === null
      ? t('model.contextUnknown')
      : t('model.context', { tokens: formatTokens(model.contextLength, locale) }),
    priceFact(t, model, locale),
    t('model.credits', { multiplier: formatNumber(model.creditMultiplier, locale) }),
  ]
  return [first.join(' · '), conductFacts(t, model, locale).join(' · ')].filter((line) => line !== '')
}

const badgeOf = (t: TFunction, model: ModelOption, locale: string): PickerOption['badge'] => {
  if (model.basic) return { label: t('model.noAi'), color: 'gray' }
  const under = model.checkedAt === null ? undefined : formatAgo(model.checkedAt, locale)
  if (!model.available)
    return {
      label: t(model.availability === 'not-found' ? 'model.notServed' : 'model.unavailable'),
      color: 'rose',
      under,
    }
  return model.availability === 'available'
    ? { label: t('model.available'), color: 'pine', under }
    : { label: t('model.unknown'), color: 'gray', under }
}

/** Why it cannot be chosen, to stand alone. */
export const whyUnavailable = (
  t: TFunction,
  locale: string,
  { unavailableReason, unavailableBecause }: Pick<ModelOption, 'unavailableReason' | 'unavailableBecause'>,
): string =>
  unavailableReason === null
    ? t('model.unavailable')
    : asSentence(sayReason(t, locale, unavailableReason, unavailableBecause), locale, unavailableBecause)

export const toModelOption = (t: TFunction, model: ModelOption, locale: string): PickerOption => ({
  value: model.ref,
  label: nameOfModel(t, model),
  group: model.basic ? t('model.builtIn') : model.providerName,
  facts: modelFacts(t, model, locale),
  badge: badgeOf(t, model, locale),
  unavailableReason: model.available ? null : whyUnavailable(t, locale, model),
})

/** What an automatic choice goes by, and whom it would ask now. */
export const automaticFacts = (
  t: TFunction,
  ref: string,
  choices: readonly AutomaticChoice[],
  models: readonly ModelOption[],
): string[] => {
  const choice = choices.find((one) => one.ref === ref)
  const facts = [choice?.preset === true ? t('model.presetFacts') : t(`model.${ref.replace('auto:', 'auto-')}.facts`)]
  const model = models.find((one) => one.ref === choice?.model)
  if (model !== undefined) {
    const name = model.basic ? nameOfModel(t, model) : `${model.displayName} (${model.providerName})`
    facts.push(t('model.wouldAsk', { name }))
  }
  return facts
}

export const toAutomaticOptions = (
  t: TFunction,
  choices: readonly AutomaticChoice[],
  models: readonly ModelOption[],
): PickerOption[] =>
  automatic.map((ref) => ({
    value: ref,
    label: modelName(t, ref, models),
    group: t('model.automatic'),
    facts: automaticFacts(t, ref, choices, models),
  }))

/** Providers with something to choose first, in each what can be chosen first; the rest stays to be seen. */
export const sortForChoice = (models: readonly ModelOption[]): ModelOption[] => {
  const open = new Set(models.filter((model) => model.available).map((model) => model.provider))
  const rank = (model: ModelOption): number => (open.has(model.provider) ? 0 : 2) + (model.basic ? 1 : 0)
  return models.toSorted(
    (one, other) =>
      rank(one) - rank(other) ||
      one.providerName.localeCompare(other.providerName) ||
      Number(other.available) - Number(one.available),
  )
}
