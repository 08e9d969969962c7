/** Limits that a provider's refusals taught: kept in the row with their source, so that its list does not raise them again. */
import type { Kysely, Transaction } from 'kysely'
import type { Database } from '../../db/types.ts'
import type { LimitCorrection } from '../../gateway/index.ts'
import { sayReason } from '../../reasons.ts'
import type { FieldSource, LearnedFrom, Sources } from '../sync/catalog-row.ts'
import { recordChanges } from '../sync/model-changes.store.ts'

type LimitField = 'contextLength' | 'maxOutputTokens'

export interface ModelName {
  readonly provider: string
  readonly key: string
}

const SOURCE = sayReason('source-refusal')

export interface Held extends ModelName {
  readonly known: Readonly<Record<LimitField, number | null>>
  readonly sources: Sources
}

export const hold = async (trx: Transaction<Database>, { provider, key }: ModelName): Promise<Held | null> => {
  const row = await trx
    .selectFrom('models')
    .select(['context_length', 'max_output_tokens', 'sources'])
    .where('provider', '=', provider)
    .where('key', '=', key)
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) return null
  const known = { contextLength: row.context_length, maxOutputTokens: row.max_output_tokens }
  return { provider, key, known, sources: row.sources }
}

export type Write = Readonly<
  Partial<Record<LimitField, { readonly value: number | null; readonly source: FieldSource | null }>>
>

/** The limits with their sources, and the change in the model's history. */
export const write = async (
  trx: Transaction<Database>,
  held: Held,
  fields: Write,
  from: string,
  now: Date,
): Promise<void> => {
  const { provider, key, known } = held
  const entries = Object.entries(fields) as [LimitField, NonNullable<Write[LimitField]>][]
  const sources: Sources = Object.fromEntries(
    Object.entries({
      ...held.sources,
      ...Object.fromEntries(entries.map(([field, { source }]) => [field, source])),
    }).filter(([, source]) => source !== null),
  )
  const valueOf = (field: LimitField): number | null => {
    const given = fields[field]
    return given === undefined ? known[field] : given.value
  }
  await trx
    .updateTable('models')
    .set({
      context_length: valueOf('contextLength'),
      max_output_tokens: valueOf('maxOutputTokens'),
      sources: JSON.stringify(sources),
      updated_at: now,
    })
    .where('provider', '=', provider)
    .where('key', '=', key)
    .execute()
  const changes = entries
    .filter(([field, { value }]) => value !== known[field])
    .map(([field, { value }]) => ({ field, from: known[field], to: value, source: from }))
  if (changes.length === 0) return
  const actor = { kind: 'provider' as const, id: null, name: provider }
  await recordChanges(trx, [{ provider, key, action: 'learned', changes }], actor, now)
}

export const dayOf = (now: Date): string => now.toISOString().slice(0, 10)

export const learnLimits = async (
  db: Kysely<Database>,
  lesson: ModelName & { readonly correction: LimitCorrection; readonly now: Date },
): Promise<void> => {
  const { correction, now } = lesson
  const { evidence: from = SOURCE, bounds, ...limits } = correction
  await db.transaction().execute(async (trx) => {
    const held = await hold(trx, lesson)
    if (held === null) return
    /** What it was before anything was learned, however often more is. */
    const beforeOf = (field: LimitField): LearnedFrom => {
      const source = held.sources[field]
      return source?.kind === 'learned' && source.before !== undefined
        ? source.before
        : { value: held.known[field], source: source ?? null }
    }
    const toSource = (field: LimitField): FieldSource => ({
      kind: 'learned',
      from,
      at: dayOf(now),
      before: beforeOf(field),
      ...(bounds !== undefined && field === 'contextLength' && { bounds }),
    })
    const learned = (Object.entries(limits) as [LimitField, number | undefined][]).flatMap(([field, value]) =>
      value === undefined ? [] : [[field, { value, source: toSource(field) }] as const],
    )
    await write(trx, held, Object.fromEntries(learned), from, now)
  })
}
