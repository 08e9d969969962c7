/**
 * What administrators change of the catalog by hand. What they set is marked as theirs, so that no list changes it; what
 * they delete stays deleted, whatever seed and lists say.
 */
import type { Kysely, Transaction } from 'kysely'
import type { Database } from '../../db/types.ts'
import { AppError, toAppError } from '../../errors.ts'
import type { JsonValue } from '../../gateway/index.ts'
import type { Clock } from '../../lib/clock.ts'
import type { CatalogRow, FieldSource, Sources } from '../sync/catalog-row.ts'
import { findRow, lockProvider, rowsOf, writeRow } from '../sync/catalog-rows.store.ts'
import { recordChanges, type Actor } from '../sync/model-changes.store.ts'
import { plainName } from '../sync/spelling.ts'
import { edited, PLAIN_FIELDS, toStored, type ModelEdit, type NewModel } from './model-edit.ts'
import { putRow } from './put-row.store.ts'

export interface ModelEditing {
  create(model: NewModel, actor: Actor): Promise<CatalogRow>
  /** Switching a model on accepts its proposal; switching it off says no to it for good. */
  change(name: ModelName, edit: ModelEdit, actor: Actor): Promise<CatalogRow>
  /** The same change of many; what cannot be changed is told and stops none of the others. */
  changeAll(names: readonly ModelName[], edit: ModelEdit, actor: Actor): Promise<ManyChanged>
  remove(name: ModelName, actor: Actor): Promise<void>
}

export interface ManyChanged {
  readonly changed: readonly { readonly before: CatalogRow; readonly after: CatalogRow }[]
  readonly refused: readonly (ModelName & { readonly reason: string })[]
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

const notFound = ({ provider, key }: ModelName): AppError =>
  new AppError('not-found', `The catalog has no model ${provider}/${key}`, { details: { provider, model: key } })

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

/** Who says what of a new row: the administrator, of all that was given. */
const sourcesOf = (model: NewModel, own: FieldSource): Sources => {
  const fields: readonly string[] = [...PLAIN_FIELDS, 'prices']
  return Object.fromEntries(Object.keys(model).flatMap((field) => (fields.includes(field) ? [[field, own]] : [])))
}

export const createModelEditing = ({ db, refresh, clock }: ModelEditingDeps): ModelEditing => {
  type Work<Result> = (trx: Transaction<Database>, now: Date) => Promise<Result>
  const locked = async <Result>(provider: string, work: Work<Result>): Promise<Result> =>
    await db.transaction().execute(async (trx) => {
      await lockProvider(trx, provider)
      return work(trx, new Date(clock.now()))
    })
  const within = async <Result>(provider: string, work: Work<Result>): Promise<Result> => {
    const result = await locked(provider, work)
    await refresh()
    return result
  }
  const existing = async (trx: Transaction<Database>, name: ModelName): Promise<CatalogRow> => {
    const row = await findRow(trx, name.provider, name.key)
    if (row === undefined || row.deletedAt !== null) throw notFound(name)
    return row
  }
  const changeOne = async (
    trx: Transaction<Database>,
    name: ModelName,
    edit: ModelEdit,
    { actor, now }: { readonly actor: Actor; readonly now: Date },
  ): Promise<{ before: CatalogRow; after: CatalogRow }> => {
    const before = await existing(trx, name)
    if (edit.aliases !== undefined) checkNames(await rowsOf(trx, name.provider), name.key, edit.aliases.map(plainName))
    const { row, changes } = edited(before, edit, { actor, now })
    checkDate(row, now)
    if (changes.length > 0) {
      await writeRow(trx, row, now)
      await recordChanges(trx, [{ ...name, action: 'changed', changes }], actor, now)
    }
    return { before, after: await existing(trx, name) }
  }
  return {
    create: (model, actor) =>
      within(model.provider, async (trx, now) => {
        const { provider, key } = model
        const rows = await rowsOf(trx, provider)
        checkNames(rows, '', [key, ...(model.aliases ?? [])].map(plainName))
        const day = now.toISOString().slice(0, 10)
        const stored = toStored(model, `${actor.name}, ${day}`)
        await putRow(trx, stored, sourcesOf(model, { kind: 'admin', from: actor.name, at: day }), now)
        const changes = [{ field: 'active', from: null, to: stored.active, source: actor.name }]
        await recordChanges(trx, [{ provider, key, action: 'added', changes }], actor, now)
        return existing(trx, model)
      }),
    change: async (name, edit, actor) =>
      (await within(name.provider, (trx, now) => changeOne(trx, name, edit, { actor, now }))).after,
    async changeAll(names, edit, actor) {
      const changed: { before: CatalogRow; after: CatalogRow }[] = []
      const refused: (ModelName & { reason: string })[] = []
      try {
        for (const name of names) {
          try {
            changed.push(await locked(name.provider, (trx, now) => changeOne(trx, name, edit, { actor, now })))
          } catch (thrown) {
            const { code, message } = toAppError(thrown)
            if (code !== 'not-found' && code !== 'conflict') throw thrown
            refused.push({ provider: name.provider, key: name.key, reason: message })
          }
        }
      } finally {
        await refresh()
      }
      return { changed, refused }
    },
    remove: (name, actor) =>
      within(name.provider, async (trx, now) => {
        const row = await existing(trx, name)
        await writeRow(trx, { ...row, active: false, deletedAt: now, proposal: null }, now)
        const changes = [{ field: 'active', from: row.active, to: null as JsonValue, source: actor.name }]
        await recordChanges(trx, [{ ...name, action: 'deleted', changes }], actor, now)
      }),
  }
}
