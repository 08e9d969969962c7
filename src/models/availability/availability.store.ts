/** Whether a model answers, as calls and lists showed it. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import type { ApiAvailability, RemovalCause } from '../sync/catalog-row.ts'
import { recordChanges, type Actor } from '../sync/model-changes.store.ts'

export interface Standing {
  readonly provider: string
  readonly key: string
  readonly availability: ApiAvailability
  readonly confirmedBy: 'probe' | 'traffic' | null
  readonly confirmedAt: Date | null
  readonly listedAt: Date | null
  readonly checkedAt: Date | null
  readonly checkError: string | null
  readonly removalCause: RemovalCause | null
  readonly origin: 'seed' | 'list' | 'admin'
}

type Name = Pick<Standing, 'provider' | 'key'>

export type AvailabilityStore = ReturnType<typeof createAvailabilityStore>

export const createAvailabilityStore = (db: Kysely<Database>) => ({
  async all(): Promise<Standing[]> {
    const rows = await db
      .selectFrom('models')
      .select([
        'provider',
        'key',
        'availability',
        'confirmed_by',
        'confirmed_at',
        'listed_at',
        'checked_at',
        'check_error',
        'removal_cause',
        'origin',
      ])
      .where('deleted_at', 'is', null)
      .execute()
    return rows.map((row) => ({
      provider: row.provider,
      key: row.key,
      availability: row.availability,
      confirmedBy: row.confirmed_by,
      confirmedAt: row.confirmed_at,
      listedAt: row.listed_at,
      checkedAt: row.checked_at,
      checkError: row.check_error,
      removalCause: row.removal_cause,
      origin: row.origin,
    }))
  },

  /** It answered. A row that was off only because nobody had seen it answer is switched on; true when it was. */
  confirm: ({ provider, key }: Name, by: 'probe' | 'traffic', actor: Actor, now: Date): Promise<boolean> =>
    db.transaction().execute(async (trx) => {
      await trx
        .updateTable('models')
        .set({
          availability: 'available',
          confirmed_by: by,
          confirmed_at: now,
          checked_at: now,
          check_error: null,
          updated_at: now,
        })
        .where('provider', '=', provider)
        .where('key', '=', key)
        .execute()
      const { numUpdatedRows } = await trx
        .updateTable('models')
        .set({ active: true, removal_cause: null, removal_reason: null, removed_at: null })
        .where('provider', '=', provider)
        .where('key', '=', key)
        .where('removal_cause', '=', 'unconfirmed')
        .where('active', '=', false)
        .executeTakeFirst()
      if (numUpdatedRows === 0n) return false
      const changes = [{ field: 'active', from: false, to: true, source: `it answered (${by})` }]
      await recordChanges(trx, [{ provider, key, action: 'confirmed', changes }], actor, now)
      return true
    }),

  /** Its provider said that it does not serve it. */
  async refuse({ provider, key }: Name, message: string, now: Date): Promise<void> {
    await db
      .updateTable('models')
      .set({
        availability: 'not-found',
        confirmed_by: null,
        confirmed_at: null,
        checked_at: now,
        check_error: message,
        updated_at: now,
      })
      .where('provider', '=', provider)
      .where('key', '=', key)
      .execute()
  },

  /** A look that told nothing about the model itself: only its time and its failure are kept. */
  async noteCheck({ provider, key }: Name, error: string | null, now: Date): Promise<void> {
    await db
      .updateTable('models')
      .set({ checked_at: now, check_error: error })
      .where('provider', '=', provider)
      .where('key', '=', key)
      .execute()
  },

  /** Changes with every change of the catalog, of what was learned and of the keys, wherever it was made. */
  async version(): Promise<string> {
    const { rows } = await sql<{ version: string }>`
      select concat_ws('/',
        (select concat_ws(' ', max(updated_at), count(*)) from models),
        (select concat_ws(' ', max(learned_at), count(*)) from learned_rules),
        (select concat_ws(' ', max(updated_at), count(*)) from provider_credentials)
      ) as version
    `.execute(db)
    return rows[0]?.version ?? ''
  },
})
