/** What stands in the form of a model, and what of it is an edit. */
import type { CatalogModel, modelOperations } from '../../../../src/http/contract/model-admin.ts'
import type { ModelEdit } from './use-model-acts.tsx'

type Operation = (typeof modelOperations)[number]

/** Fields as they are written: an empty one is no number. */
export interface ModelValues {
  provider: string
  key: string
  displayName: string
  operations: Operation[]
  capabilities: string[]
  aliases: string[]
  creditMultiplier: number | string
  contextLength: number | string
  maxOutputTokens: number | string
  inputPerMillion: number | string
  outputPerMillion: number | string
  retiresAt: string
  active: boolean
}

const numberOr = (value: unknown): number | string => (typeof value === 'number' ? value : '')
const nullable = (value: number | string): number | null => (value === '' ? null : Number(value))

export const valuesOf = (model: CatalogModel | null): ModelValues => ({
  provider: model?.provider ?? '',
  key: model?.key ?? '',
  displayName: model?.displayName ?? '',
  operations: (model?.operations ?? ['chat']) as Operation[],
  capabilities: model?.capabilities ?? [],
  aliases: model?.aliases ?? [],
  creditMultiplier: model?.creditMultiplier ?? 1,
  contextLength: numberOr(model?.contextLength),
  maxOutputTokens: numberOr(model?.maxOutputTokens),
  inputPerMillion: numberOr(model?.price?.['inputPerMillion']),
  outputPerMillion: numberOr(model?.price?.['outputPerMillion']),
  retiresAt: model?.retiresAt ?? '',
  active: model?.active ?? false,
})

const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right)

/** Only what was changed: what an administrator has set, no list changes any more. */
export const editOf = (values: ModelValues, before: ModelValues): ModelEdit => {
  const changed = (name: keyof ModelValues): boolean => !same(values[name], before[name])
  return {
    ...(changed('displayName') && values.displayName.trim() !== '' && { displayName: values.displayName.trim() }),
    ...(changed('operations') && { operations: values.operations }),
    ...(changed('capabilities') && { capabilities: values.capabilities as NonNullable<ModelEdit['capabilities']> }),
    ...(changed('aliases') && { aliases: values.aliases }),
    ...(changed('creditMultiplier') && { creditMultiplier: Number(values.creditMultiplier) }),
    ...(changed('contextLength') && { contextLength: nullable(values.contextLength) }),
    ...(changed('maxOutputTokens') && { maxOutputTokens: nullable(values.maxOutputTokens) }),
    ...(changed('retiresAt') && { retiresAt: values.retiresAt === '' ? null : values.retiresAt }),
    ...(changed('active') && { active: values.active }),
    ...((changed('inputPerMillion') || changed('outputPerMillion')) && {
      prices: {
        inputPerMillion: nullable(values.inputPerMillion),
        outputPerMillion: nullable(values.outputPerMillion),
      },
    }),
  }
}
