/** Limits that a provider's refusal taught: kept in the row with their source, so that its list does not raise them again. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import type { LimitCorrection } from '../../gateway/index.ts'
import type { FieldSource, Sources } from './catalog-row.ts'
import { recordChanges } from './model-changes.store.ts'

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
      (entry): entry is [keyof LimitCorrection, number] => typeof entry[1] === 'number',
    )
    const source: FieldSource = { kind: 'learned', from: SOURCE, at: now.toISOString().slice(0, 10) }
    const sources: Sources = { ...row.sources, ...Object.fromEntries(learned.map(([field]) => [field, source])) }
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
    const changes = learned.map(([field, to]) => ({ field, from: known[field], to, source: SOURCE }))
    await recordChanges(
      trx,
      [{ provider, key, action: 'learned', changes }],
      { kind: 'provider', id: null, name: provider },
      now,
    )
  })
}
