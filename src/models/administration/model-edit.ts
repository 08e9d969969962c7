/** A row of the catalog as an administrator changes it by hand. Pure: knows no table. */
import { AppError } from '../../errors.ts'
import type { Capability, Modality, Operation, Prices } from '../../gateway/index.ts'
import { sayAlone } from '../../reasons.ts'
import type { StoredModel } from '../model.ts'
import { seedModels } from '../seed.ts'
import type { CatalogRow, FieldSource, LearnedFrom, SourcedField, Sources } from '../sync/catalog-row.ts'
import type { FieldChange } from '../sync/diff.ts'
import type { Actor } from '../sync/model-changes.store.ts'
import { toWire } from './wire-value.ts'

/** USD per million tokens, or per minute of audio; null is unknown. */
export interface PriceEdit {
  readonly inputPerMillion: number | null
  readonly outputPerMillion: number | null
  readonly cachedInputPerMillion?: number | null | undefined
  readonly audioPerMinute?: number | null | undefined
}

export interface ModelEdit {
  readonly active?: boolean | undefined
  readonly displayName?: string | undefined
  readonly creditMultiplier?: number | undefined
  readonly contextLength?: number | null | undefined
  readonly maxOutputTokens?: number | null | undefined
  readonly operations?: readonly Operation[] | undefined
  readonly inputModalities?: readonly Modality[] | undefined
  readonly outputModalities?: readonly Modality[] | undefined
  readonly capabilities?: readonly Capability[] | undefined
  readonly aliases?: readonly string[] | undefined
  /** ISO day, or null to take it back. */
  readonly retiresAt?: string | null | undefined
  /** The price from today on. */
  readonly prices?: PriceEdit | undefined
  /** Limits that refusals taught and that are to be what they were before. */
  readonly forgetLimits?: readonly LearnedLimit[] | undefined
}

export type LearnedLimit = 'contextLength' | 'maxOutputTokens'

export interface NewModel extends ModelEdit {
  readonly provider: string
  readonly key: string
  readonly operations: readonly Operation[]
}

export const PLAIN_FIELDS = [
  'displayName',
  'creditMultiplier',
  'contextLength',
  'maxOutputTokens',
  'operations',
  'inputModalities',
  'outputModalities',
  'capabilities',
  'aliases',
  'retiresAt',
] as const satisfies readonly (SourcedField & keyof ModelEdit)[]

const toPrices = (edit: PriceEdit, source: string): Prices => ({
  inputPerMillion: edit.inputPerMillion,
  outputPerMillion: edit.outputPerMillion,
  ...(edit.cachedInputPerMillion != null && { cachedInputPerMillion: edit.cachedInputPerMillion }),
  ...(edit.audioPerMinute != null && { audioPerMinute: edit.audioPerMinute }),
  source,
})

const isSame = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right)

/** The price holds from today; what held before stays for the days that it held. */
const withPrice = (row: CatalogRow, price: PriceEdit, day: string, by: string): Prices[] => {
  const dated = row.prices.filter(({ validFrom }) => validFrom === undefined || validFrom < day)
  return [...dated, { ...toPrices(price, `${by}, ${day}`), ...(dated.length > 0 && { validFrom: day }) }]
}

const switched = (row: CatalogRow, active: boolean, actor: Actor, now: Date): Partial<CatalogRow> =>
  active
    ? { active, removalCause: null, removalReason: null, removedAt: null, proposal: null, proposedAt: null }
    : {
        active,
        removalCause: 'admin',
        removalReason: row.active
          ? sayAlone('removed-by', { name: actor.name })
          : (row.removalReason ?? sayAlone('removed-by', { name: actor.name })),
        removedAt: row.removedAt ?? now,
        proposal: null,
        proposedAt: null,
      }

/** What a limit was before refusals taught another; the documented one where nobody wrote it down. */
const beforeLearning = (row: CatalogRow, field: LearnedLimit): LearnedFrom => {
  const source = row.sources[field]
  if (source?.kind !== 'learned') {
    throw new AppError('conflict', `Nothing was learned about ${field} of ${row.provider}/${row.key}`, {
      details: { provider: row.provider, model: row.key, field },
    })
  }
  const documented = seedModels.find(({ provider, key }) => provider === row.provider && key === row.key)
  return source.before ?? { value: documented?.[field] ?? null, source: null }
}

/** The row with what was changed, marked as an administrator's, and the changes as the history has them. */
export const edited = (
  row: CatalogRow,
  edit: ModelEdit,
  { actor, now }: { readonly actor: Actor; readonly now: Date },
): { row: CatalogRow; changes: FieldChange[] } => {
  const day = now.toISOString().slice(0, 10)
  const source: FieldSource = { kind: 'admin', from: actor.name, at: day }
  const changes: FieldChange[] = []
  const values: Partial<Record<SourcedField, unknown>> = {}
  const note = (field: string, from: unknown, to: unknown): void => {
    changes.push({ field, from: toWire(from), to: toWire(to), source: actor.name })
  }
  for (const field of PLAIN_FIELDS) {
    const to = edit[field]
    if (to === undefined || isSame(to, row[field])) continue
    values[field] = to
    note(field, row[field], to)
  }
  if (edit.prices !== undefined) {
    values.prices = withPrice(row, edit.prices, day, actor.name)
    note('prices', row.prices.at(-1) ?? null, edit.prices)
  }
  const forgotten = (edit.forgetLimits ?? []).map((field) => ({ field, before: beforeLearning(row, field) }))
  for (const { field, before } of forgotten) {
    values[field] = before.value
    note(field, row[field], before.value)
  }
  const isSwitch = edit.active !== undefined && (edit.active !== row.active || row.proposal !== null)
  if (isSwitch) note('active', row.active, edit.active)
  const own: Sources = Object.fromEntries(Object.keys(values).map((field) => [field, source]))
  const sources = {
    ...row.sources,
    ...own,
    ...Object.fromEntries(forgotten.map(({ field, before }) => [field, before.source])),
  }
  return {
    row: {
      ...row,
      ...(values as Partial<CatalogRow>),
      ...(isSwitch && switched(row, edit.active ?? row.active, actor, now)),
      sources: Object.fromEntries(Object.entries(sources).filter(([, from]) => from !== null)),
    },
    changes,
  }
}

/** The row of a model that an administrator adds; what was not said is what most such models have. */
export const toStored = (model: NewModel, source: string): StoredModel => {
  const [operation = 'chat'] = model.operations
  const outputs: Readonly<Record<Operation, Modality>> = {
    chat: 'text',
    embed: 'embedding',
    transcribe: 'transcription',
    image: 'image',
  }
  return {
    provider: model.provider,
    key: model.key,
    displayName: model.displayName ?? model.key,
    operations: model.operations,
    contextLength: model.contextLength ?? null,
    maxOutputTokens: model.maxOutputTokens ?? null,
    inputModalities: model.inputModalities ?? [operation === 'transcribe' ? 'audio' : 'text'],
    outputModalities: model.outputModalities ?? [outputs[operation]],
    capabilities: model.capabilities ?? (operation === 'chat' ? ['stream', 'json'] : []),
    prices: model.prices === undefined ? [] : [toPrices(model.prices, source)],
    creditMultiplier: model.creditMultiplier ?? 1,
    active: model.active ?? true,
    removalReason: model.active === false ? source : null,
    retiresAt: model.retiresAt ?? null,
    aliases: model.aliases ?? [],
    rules: {},
    source,
    origin: 'admin',
  }
}
