/**
 * What administrators change of the catalog by hand. What they set is marked as theirs, so that no list changes it; what
 * they delete stays deleted, whatever seed and lists say.
 */
import type { Kysely, Transaction } from 'kysely'
import type { Database } from '../../db/types.ts'
import { AppError } from '../../errors.ts'
import { sayAlone } from '../../reasons.ts'
import { toWire } from './wire-value.ts'
import type { Capability, JsonValue, Modality, Operation, Prices } from '../../gateway/index.ts'
import type { Clock } from '../../lib/clock.ts'
import type { StoredModel } from '../model.ts'
import { toRow } from '../models.store.ts'
import { seedModels } from '../seed.ts'
import type { CatalogRow, FieldSource, LearnedFrom, SourcedField, Sources } from '../sync/catalog-row.ts'
import { findRow, lockProvider, rowsOf, writeRow } from '../sync/catalog-rows.store.ts'
import { plainName } from '../sync/spelling.ts'
import type { FieldChange } from '../sync/diff.ts'
import { recordChanges, type Actor } from '../sync/model-changes.store.ts'

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

export interface ModelEditing {
  create(model: NewModel, actor: Actor): Promise<CatalogRow>
  /** Switching a model on accepts its proposal; switching it off says no to it for good. */
  change(name: ModelName, edit: ModelEdit, actor: Actor): Promise<CatalogRow>
  remove(name: ModelName, actor: Actor): Promise<void>
}

export interface ModelName {
  readonly provider: string
  readonly key: string
}

export interface ModelEditingDeps {
  readonly db: Kysely<Database>
  readonly refresh: () => Promise<void>
  readonly clock: Clock
}

const PLAIN_FIELDS = [
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

const notFound = ({ provider, key }: ModelName): AppError =>
  new AppError('not-found', `The catalog has no model ${provider}/${key}`, { details: { provider, model: key } })

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

const edited = (
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

const toStored = (model: NewModel, source: string): StoredModel => {
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

/** No two rows of a provider may answer to one name. */
const checkNames = (rows: readonly CatalogRow[], key: string, names: readonly string[]): void => {
  const taken = rows.find(
    (row) =>
      row.key !== key &&
      row.deletedAt === null &&
      [row.key, ...row.aliases].some((name) => names.includes(plainName(name))),
  )
  if (taken === undefined) return
  throw new AppError('conflict', `${taken.provider}/${taken.key} has this name already`, {
    details: { provider: taken.provider, model: taken.key },
  })
}

/** A model that its provider has shut down would be switched off again by the next look at the calendar. */
const checkDate = ({ provider, key, active, retiresAt }: CatalogRow, now: Date): void => {
  if (!active || retiresAt === null || retiresAt > now.toISOString().slice(0, 10)) return
  throw new AppError(
    'conflict',
    `${provider} retired ${key} on ${retiresAt}; take the date back first if it is wrong`,
    {
      details: { provider, model: key, retiresAt },
    },
  )
}

export const createModelEditing = ({ db, refresh, clock }: ModelEditingDeps): ModelEditing => {
  const within = async <Result>(provider: string, work: (trx: Transaction<Database>, now: Date) => Promise<Result>) => {
    const result = await db.transaction().execute(async (trx) => {
      await lockProvider(trx, provider)
      return work(trx, new Date(clock.now()))
    })
    await refresh()
    return result
  }
  const existing = async (trx: Transaction<Database>, name: ModelName): Promise<CatalogRow> => {
    const row = await findRow(trx, name.provider, name.key)
    if (row === undefined || row.deletedAt !== null) throw notFound(name)
    return row
  }
  return {
    create: (model, actor) =>
      within(model.provider, async (trx, now) => {
        const { provider, key } = model
        const rows = await rowsOf(trx, provider)
        checkNames(rows, '', [key, ...(model.aliases ?? [])].map(plainName))
        const day = now.toISOString().slice(0, 10)
        const stored = toStored(model, `${actor.name}, ${day}`)
        const own: FieldSource = { kind: 'admin', from: actor.name, at: day }
        const given = Object.keys(model).filter(
          (field) => (PLAIN_FIELDS as readonly string[]).includes(field) || field === 'prices',
        )
        // A deleted row of that name makes room: the new one is what the administrator wants.
        await trx.deleteFrom('models').where('provider', '=', provider).where('key', '=', key).execute()
        await trx
          .insertInto('models')
          .values({
            ...toRow(stored, now),
            sources: JSON.stringify(Object.fromEntries(given.map((field) => [field, own]))),
            removal_cause: stored.active ? null : 'admin',
            removed_at: stored.active ? null : now,
          })
          .execute()
        const changes = [{ field: 'active', from: null, to: stored.active, source: actor.name }]
        await recordChanges(trx, [{ provider, key, action: 'added', changes }], actor, now)
        return existing(trx, model)
      }),
    change: (name, edit, actor) =>
      within(name.provider, async (trx, now) => {
        const before = await existing(trx, name)
        if (edit.aliases !== undefined)
          checkNames(await rowsOf(trx, name.provider), name.key, edit.aliases.map(plainName))
        const { row, changes } = edited(before, edit, { actor, now })
        checkDate(row, now)
        if (changes.length > 0) {
          await writeRow(trx, row, now)
          await recordChanges(trx, [{ ...name, action: 'changed', changes }], actor, now)
        }
        return existing(trx, name)
      }),
    remove: (name, actor) =>
      within(name.provider, async (trx, now) => {
        const row = await existing(trx, name)
        await writeRow(trx, { ...row, active: false, deletedAt: now, proposal: null }, now)
        const changes = [{ field: 'active', from: row.active, to: null as JsonValue, source: actor.name }]
        await recordChanges(trx, [{ ...name, action: 'deleted', changes }], actor, now)
      }),
  }
}
