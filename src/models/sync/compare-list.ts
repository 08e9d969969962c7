/**
 * A provider's list against our rows: pure, so that a dry run, a held list and the real thing are one computation.
 *
 * Rows that vanished go off with a reason; rows that are back are proposed, never switched on; new ones come in. Where a
 * list holds models that do not answer, a new row stays off until somebody saw it answer.
 */
import { sayAlone, sayReason } from '../../reasons.ts'
import type { StoredModel } from '../model.ts'
import { causeOf, sourceOf, type CatalogRow, type RemovalCause } from './catalog-row.ts'
import { compareFields } from './compare-fields.ts'
import type { FieldChange, ListDiff } from './diff.ts'
import { toListedRow, type CleanModel } from './listed-model.ts'
import { createNameOwners, plainName, undatedName } from './spelling.ts'

export interface ListInput {
  readonly provider: string
  /** For people: `OpenAI`. */
  readonly displayName: string
  /** Every row of this provider, deleted ones too: those are never added again. */
  readonly rows: readonly CatalogRow[]
  readonly listed: readonly CleanModel[]
  /** ISO day. */
  readonly day: string
  /** Whether a listed model answers; at Together, most of the list does not. */
  readonly proves: boolean
}

export interface NewRow {
  readonly model: StoredModel
  readonly removalCause: RemovalCause | null
}

export interface RowUpdate {
  readonly key: string
  /** The row as it will be. */
  readonly row: CatalogRow
  readonly changes: readonly FieldChange[]
}

/** What the transaction writes, and the same for people. */
export interface ListPlan {
  readonly diff: ListDiff
  readonly inserts: readonly NewRow[]
  readonly updates: readonly RowUpdate[]
  /** Keys that the list has, by any spelling. */
  readonly seen: readonly string[]
  readonly missing: readonly string[]
}

const UNCONFIRMED = sayAlone('removed-unconfirmed')

const toNewRow = (input: ListInput, listed: CleanModel, aliases: readonly string[]): NewRow => {
  const { provider, proves, day, displayName } = input
  const model = toListedRow(provider, listed, `list of ${provider}, ${day}`)
  const retired = model.retiresAt !== null && model.retiresAt <= day
  const removalCause = retired ? 'retired' : proves ? null : 'unconfirmed'
  const reason = retired
    ? sayAlone('removed-retired', { provider: displayName, day: model.retiresAt ?? '' })
    : UNCONFIRMED
  return {
    model: {
      ...model,
      aliases: [...model.aliases, ...aliases],
      active: removalCause === null,
      removalReason: removalCause === null ? null : reason,
    },
    removalCause,
  }
}

/** The last day: the model's own, else the latest of its releases when all of them have one. */
const lastDay = (key: string, own: CleanModel | undefined, spellings: readonly CleanModel[]): string | undefined => {
  if (own?.retiresAt !== undefined) return own.retiresAt
  const releases = spellings.filter((one) => one !== own && undatedName(one.key) === plainName(key))
  const days = releases.map(({ retiresAt }) => retiresAt)
  return days.length > 0 && days.every((day) => day !== undefined) ? days.sort().at(-1) : undefined
}

/** New models, each once: a dated name is a spelling of its undated one when both are listed. */
const newModels = (listed: readonly CleanModel[]): { model: CleanModel; aliases: string[] }[] => {
  const names = new Set(listed.map(({ key }) => plainName(key)))
  return listed
    .filter(({ key }) => !names.has(undatedName(key) ?? ''))
    .map((model) => {
      const releases = listed.filter(({ key }) => undatedName(key) === plainName(model.key))
      const retiresAt = lastDay(model.key, model, releases)
      return {
        model: retiresAt === undefined ? model : { ...model, retiresAt },
        aliases: releases.map(({ key }) => key),
      }
    })
}

/** Null when the list takes back what only the list had announced. */
const announced = (row: CatalogRow, day: string | undefined): string | null | undefined =>
  day ?? (row.retiresAt !== null && sourceOf(row, 'retiresAt').kind === 'list' ? null : undefined)

interface Verdict {
  readonly row: CatalogRow
  readonly changes: readonly FieldChange[]
  readonly notes: readonly string[]
  readonly removed?: { readonly cause: RemovalCause; readonly reason: string }
  readonly back?: string
  readonly present: boolean
}

const judgeMissing = (input: ListInput, row: CatalogRow): Verdict => {
  const same = { row, changes: [], notes: [], present: false }
  if (!row.active) return same
  if (row.origin === 'admin' && row.listedAt === null)
    return { ...same, notes: [`Not in the list; it stays, as an administrator added it by hand`] }
  if (row.retiresAt !== null && row.retiresAt <= input.day)
    return {
      ...same,
      removed: {
        cause: 'retired',
        reason: sayAlone('removed-retired', { provider: input.displayName, day: row.retiresAt ?? '' }),
      },
    }
  const reason = sayAlone('removed-not-listed', { provider: input.displayName, day: input.day })
  return { ...same, removed: { cause: 'not-listed', reason } }
}

/** Why a row that is off may come back; undefined while it may not. */
const whyBack = ({ proves, displayName, day }: ListInput, row: CatalogRow, isRetired: boolean): string | undefined => {
  const cause = causeOf(row)
  if (isRetired || row.proposal !== null) return undefined
  const returns = cause === 'not-listed' || cause === 'retired' || (cause === 'seed' && proves)
  const why = row.removalReason ?? sayAlone('switched-off')
  return returns ? sayAlone('listed-again', { provider: displayName, day, why }) : undefined
}

const judgePresent = (input: ListInput, row: CatalogRow, spellings: readonly CleanModel[]): Verdict => {
  const { day, provider, displayName } = input
  const names = [row.key, ...row.aliases].map(plainName)
  const own = names.map((name) => spellings.find(({ key }) => plainName(key) === name)).find((one) => one !== undefined)
  const retiresAt = announced(row, lastDay(row.key, own, spellings))
  const verdict = compareFields({ row, listed: own, retiresAt, day, source: `list of ${provider}` })
  const value = (field: string): unknown => verdict.changes.find((change) => change.field === field)?.to
  const source = { kind: 'list' as const, from: sayReason('source-list', { provider }), at: day }
  const changed: CatalogRow = {
    ...row,
    ...Object.fromEntries(verdict.changes.map(({ field, to }) => [field, to])),
    prices: verdict.prices ?? row.prices,
    sources: { ...row.sources, ...Object.fromEntries(verdict.changes.map(({ field }) => [field, source])) },
  }
  const lastServed = value('retiresAt') === undefined ? row.retiresAt : changed.retiresAt
  const isRetired = lastServed !== null && lastServed <= day
  const kinds =
    own !== undefined && own.operations.length === 0 && row.operations.length > 0
      ? [`The list calls it a kind that we have no use for; it stays ${row.operations.join(', ')}`]
      : []
  const base = { row: changed, changes: verdict.changes, notes: [...verdict.notes, ...kinds], present: true }
  if (row.active && isRetired)
    return { ...base, removed: { cause: 'retired', reason: `Retired by ${displayName} on ${lastServed}` } }
  const back = row.active ? undefined : whyBack(input, row, isRetired)
  return back === undefined ? base : { ...base, back }
}

const toDiff = (
  input: ListInput,
  live: readonly CatalogRow[],
  verdicts: readonly Verdict[],
  inserts: readonly NewRow[],
): ListDiff => ({
  provider: input.provider,
  listed: input.listed.length,
  ignored: input.listed.filter(({ operations }) => operations.length === 0).length,
  activeBefore: live.filter(({ active }) => active).length,
  added: inserts.map(({ model: { key, displayName, operations, contextLength, active } }) => ({
    key,
    displayName,
    operations,
    contextLength,
    active,
  })),
  removed: verdicts.flatMap(({ row: { key }, removed }) => (removed === undefined ? [] : [{ key, ...removed }])),
  back: verdicts.flatMap(({ row: { key }, back }) => (back === undefined ? [] : [{ key, reason: back }])),
  updated: verdicts.flatMap(({ row: { key }, changes }) => (changes.length === 0 ? [] : [{ key, changes }])),
  notes: verdicts.flatMap(({ row: { key }, notes }) => notes.map((note) => ({ key, note }))),
})

export const compareList = (input: ListInput): ListPlan => {
  const { rows, listed } = input
  const owners = createNameOwners(rows)
  const spellings = new Map<CatalogRow, CleanModel[]>()
  for (const model of listed)
    for (const row of owners.vouchedBy(model.key)) spellings.set(row, [...(spellings.get(row) ?? []), model])
  const live = rows.filter(({ deletedAt }) => deletedAt === null)
  const verdicts = live.map((row) => {
    const found = spellings.get(row)
    return found === undefined ? judgeMissing(input, row) : judgePresent(input, row, found)
  })
  const unknown = listed.filter(({ key, operations }) => operations.length > 0 && owners.ownerOf(key) === null)
  const inserts = newModels(unknown).map(({ model, aliases }) => toNewRow(input, model, aliases))
  return {
    diff: toDiff(input, live, verdicts, inserts),
    inserts,
    updates: verdicts.map(({ row, changes, removed, back, present }) => ({
      key: row.key,
      changes,
      row: {
        ...row,
        ...(removed !== undefined && { active: false, removalReason: removed.reason, removalCause: removed.cause }),
        // What vanished again is nothing to switch on.
        proposal: back ?? (present ? row.proposal : null),
      },
    })),
    seen: verdicts.filter(({ present }) => present).map(({ row }) => row.key),
    missing: verdicts.filter(({ present }) => !present).map(({ row }) => row.key),
  }
}
