/** Limits that a provider's refusal taught: kept in the row with their source, so that its list does not raise them again. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import type { LimitCorrection } from '../../gateway/index.ts'
import type { FieldSource, LearnedFrom, Sources } from './catalog-row.ts'
import { recordChanges } from './model-changes.store.ts'

type LimitField = 'contextLength' | 'maxOutputTokens'

const SOURCE = 'a refusal of the provider'

export const learnLimits = async (
  db: Kysely<Database>,
  lesson: { readonly provider: string; readonly key: string; readonly correction: LimitCorrection; readonly now: Date },
): Promise<void> => {
  const { provider, key, correction, now } = lesson
  await db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('models')
      .select(['context_length', 'max_output_tokens', 'sources'])
      .where('provider', '=', provider)
      .where('key', '=', key)
      .forUpdate()
      .executeTakeFirst()
    if (row === undefined) return
    const known = { contextLength: row.context_length, maxOutputTokens: row.max_output_tokens }
    const learned = Object.entries(correction).filter(
      (entry): entry is [LimitField, number] => typeof entry[1] === 'number',
    )
    const from = correction.evidence ?? SOURCE
    /** What it was before anything was learned, however often more is. */
    const beforeOf = (field: LimitField): LearnedFrom => {
      const source = (row.sources as Sources)[field]
      return source?.kind === 'learned' && source.before !== undefined
        ? source.before
        : { value: known[field], source: source ?? null }
    }
    const at = now.toISOString().slice(0, 10)
    const own = learned.map(([field]): [LimitField, FieldSource] => [
      field,
      { kind: 'learned', from, at, before: beforeOf(field) },
    ])
    const sources: Sources = { ...row.sources, ...Object.fromEntries(own) }
    await trx
      .updateTable('models')
      .set({
        context_length: correction.contextLength ?? row.context_length,
        max_output_tokens: correction.maxOutputTokens ?? row.max_output_tokens,
        sources: JSON.stringify(sources),
        updated_at: now,
      })
      .where('provider', '=', provider)
      .where('key', '=', key)
      .execute()
    const changes = learned.map(([field, to]) => ({ field, from: known[field], to, source: from }))
    await recordChanges(
      trx,
      [{ provider, key, action: 'learned', changes }],
      { kind: 'provider', id: null, name: provider },
      now,
    )
  })
}
