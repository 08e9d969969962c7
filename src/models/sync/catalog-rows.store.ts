/** The catalog's rows with everything about them, and what a sync writes into them. */
import { sql, type Kysely, type Selectable, type Transaction, type Updateable } from 'kysely'
import type { ModelTableRow } from '../../db/tables/models.ts'
import type { Database } from '../../db/types.ts'
import { sayAlone, sayReason } from '../../reasons.ts'
import { toModel, toRow } from '../models.store.ts'
import type { ApiAvailability, CatalogRow, FieldSource, SourcedField, Sources } from './catalog-row.ts'
import type { ListPlan, NewRow } from './compare-list.ts'
import { recordChanges, type Actor, type ModelChange } from './model-changes.store.ts'

export const toCatalogRow = (row: Selectable<ModelTableRow>): CatalogRow => ({
  ...toModel(row),
  availability: row.availability,
  checkedAt: row.checked_at,
  checkError: row.check_error,
  removedAt: row.removed_at,
  removalCause: row.removal_cause,
  confirmedBy: row.confirmed_by,
  confirmedAt: row.confirmed_at,
  listedAt: row.listed_at,
  sources: row.sources,
  proposal: row.proposal,
  proposedAt: row.proposed_at,
  deletedAt: row.deleted_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** Until the transaction ends, no other process syncs or edits this provider's rows. */
export const lockProvider = async (trx: Transaction<Database>, provider: string): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtext(${`model-sync:${provider}`}))`.execute(trx)
}

/** Every row of a provider, deleted ones too. */
export const rowsOf = async (db: Kysely<Database>, provider: string): Promise<CatalogRow[]> => {
  const rows = await db.selectFrom('models').selectAll().where('provider', '=', provider).orderBy('key').execute()
  return rows.map(toCatalogRow)
}

/** Rows whose last check was at this moment. */
export const countChecked = async (db: Kysely<Database>, provider: string, now: Date): Promise<number> => {
  const { count } = await db
    .selectFrom('models')
    .select(({ fn }) => fn.countAll<string>().as('count'))
    .where('provider', '=', provider)
    .where('deleted_at', 'is', null)
    .where('checked_at', '=', now)
    .executeTakeFirstOrThrow()
  return Number(count)
}

export const findRow = async (db: Kysely<Database>, provider: string, key: string): Promise<CatalogRow | undefined> => {
  const row = await db
    .selectFrom('models')
    .selectAll()
    .where('provider', '=', provider)
    .where('key', '=', key)
    .executeTakeFirst()
  return row && toCatalogRow(row)
}

/** Everything of a row that may change, as columns. */
export const toColumns = (row: CatalogRow): Updateable<ModelTableRow> => ({
  display_name: row.displayName,
  operations: row.operations,
  context_length: row.contextLength,
  max_output_tokens: row.maxOutputTokens,
  input_modalities: row.inputModalities,
  output_modalities: row.outputModalities,
  capabilities: row.capabilities,
  prices: JSON.stringify(row.prices),
  credit_multiplier: row.creditMultiplier,
  active: row.active,
  removal_reason: row.removalReason,
  removal_cause: row.removalCause,
  removed_at: row.removedAt,
  retires_at: row.retiresAt,
  aliases: row.aliases,
  sources: JSON.stringify(row.sources),
  proposal: row.proposal,
  proposed_at: row.proposedAt,
  deleted_at: row.deletedAt,
})

export const writeRow = async (db: Kysely<Database>, row: CatalogRow, now: Date): Promise<void> => {
  await db
    .updateTable('models')
    .set({ ...toColumns(row), updated_at: now })
    .where('provider', '=', row.provider)
    .where('key', '=', row.key)
    .execute()
}

/** Fields of a new row that its list gave. */
const listSources = ({ model }: NewRow, at: string): Sources => {
  const from: FieldSource = { kind: 'list', from: sayReason('source-list', { provider: model.provider }), at }
  const given: SourcedField[] = ['contextLength', 'maxOutputTokens', 'retiresAt']
  const fields = given.filter((field) => model[field] !== null)
  if (model.prices.length > 0) fields.push('prices')
  return Object.fromEntries(fields.map((field) => [field, from]))
}

const insertNew = async (
  trx: Transaction<Database>,
  rows: readonly NewRow[],
  proves: boolean,
  now: Date,
): Promise<void> => {
  if (rows.length === 0) return
  const day = now.toISOString().slice(0, 10)
  const values = rows.map((row) => ({
    ...toRow(row.model, now),
    availability: proves ? ('available' as const) : ('unknown' as const),
    checked_at: now,
    listed_at: now,
    removal_cause: row.removalCause,
    removed_at: row.removalCause === null ? null : now,
    sources: JSON.stringify(listSources(row, day)),
  }))
  await trx
    .insertInto('models')
    .values(values)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

const NOT_LISTED = sayAlone('not-in-list')

const markSeen = async (
  trx: Transaction<Database>,
  provider: string,
  keys: readonly string[],
  { proves, now }: { readonly proves: boolean; readonly now: Date },
): Promise<void> => {
  // Where a list proves nothing, only a call does; and a call that failed weighs more than the list.
  const refused = sql`availability = 'not-found' and check_error is distinct from ${NOT_LISTED}`
  const values = proves
    ? { availability: 'available' as const, check_error: null }
    : {
        availability: sql<ApiAvailability>`
          case when ${refused} then 'not-found' when confirmed_by is null then 'unknown' else 'available' end`,
        check_error: sql<string | null>`case when ${refused} then check_error end`,
      }
  await trx
    .updateTable('models')
    .set({ listed_at: now, checked_at: now, ...values })
    .where('provider', '=', provider)
    .where('key', 'in', [...keys])
    .execute()
}

const markMissing = async (
  trx: Transaction<Database>,
  provider: string,
  keys: readonly string[],
  now: Date,
): Promise<void> => {
  await trx
    .updateTable('models')
    .set({
      checked_at: now,
      check_error: NOT_LISTED,
      // A row that was never listed may still answer: aliases and fine-tuned models do.
      availability: sql<ApiAvailability>`
        case when active and origin = 'admin' and listed_at is null then 'unknown' else 'not-found' end`,
    })
    .where('provider', '=', provider)
    .where('key', 'in', [...keys])
    .execute()
}

const toHistory = (plan: ListPlan): ModelChange[] => {
  const { provider, added, removed, back, updated } = plan.diff
  const line = (action: ModelChange['action'], key: string, changes: ModelChange['changes']) => ({
    provider,
    key,
    action,
    changes,
  })
  const source = `list of ${provider}`
  return [
    ...added.map(({ key, active }) => line('added', key, [{ field: 'active', from: null, to: active, source }])),
    ...updated.map(({ key, changes }) => line('changed', key, changes)),
    ...removed.map(({ key, reason }) =>
      line('removed', key, [{ field: 'active', from: true, to: false, source: reason }]),
    ),
    ...back.map(({ key, reason }) =>
      line('proposed', key, [{ field: 'active', from: false, to: true, source: reason }]),
    ),
  ]
}

/** Writes what a list changes; to be called within a transaction that holds the provider's lock. */
export const writePlan = async (
  trx: Transaction<Database>,
  plan: ListPlan,
  { proves, actor, now }: { readonly proves: boolean; readonly actor: Actor; readonly now: Date },
): Promise<void> => {
  const { provider, removed, back } = plan.diff
  const removedKeys = new Set(removed.map(({ key }) => key))
  const backKeys = new Set(back.map(({ key }) => key))
  const before = new Map((await rowsOf(trx, provider)).map((row) => [row.key, row]))
  await insertNew(trx, plan.inserts, proves, now)
  for (const { key, row, changes } of plan.updates) {
    const isWithdrawn = row.proposal === null && before.get(key)?.proposal != null
    if (changes.length === 0 && !removedKeys.has(key) && !backKeys.has(key) && !isWithdrawn) continue
    const removedAt = removedKeys.has(key) ? now : row.removedAt
    const proposedAt = backKeys.has(key) ? now : row.proposal === null ? null : row.proposedAt
    await writeRow(trx, { ...row, removedAt, proposedAt }, now)
  }
  if (plan.seen.length > 0) await markSeen(trx, provider, plan.seen, { proves, now })
  if (plan.missing.length > 0) await markMissing(trx, provider, plan.missing, now)
  await recordChanges(trx, toHistory(plan), actor, now)
}

/** Switches off what a date has retired, whether or not its provider can be asked. Returns the names. */
export const retireByDate = async (db: Kysely<Database>, now: Date): Promise<{ provider: string; key: string }[]> => {
  const day = now.toISOString().slice(0, 10)
  return db.transaction().execute(async (trx) => {
    const retired = await trx
      .updateTable('models')
      .set({
        active: false,
        removal_cause: 'retired',
        removal_reason: sql`'Retired by its provider on ' || retires_at`,
        removed_at: now,
        updated_at: now,
      })
      .where('active', '=', true)
      .where('deleted_at', 'is', null)
      .where('retires_at', '<=', day)
      .returning(['provider', 'key', 'removal_reason'])
      .execute()
    const changes = retired.map(({ provider, key, removal_reason }) => ({
      provider,
      key,
      action: 'removed' as const,
      changes: [{ field: 'active', from: true, to: false, source: removal_reason ?? '' }],
    }))
    await recordChanges(trx, changes, { kind: 'sync', id: null, name: 'calendar' }, now)
    return retired.map(({ provider, key }) => ({ provider, key }))
  })
}
