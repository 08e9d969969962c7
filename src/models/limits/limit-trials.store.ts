/** What trials of learned limits showed: a limit grows by a larger request that was answered. */
import { sql, type Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import { sayReason } from '../../reasons.ts'
import type { CatalogRow, FieldSource } from '../sync/catalog-row.ts'
import { rowsOf } from '../sync/catalog-rows.store.ts'
import { dayOf, hold, write, type Held, type ModelName, type Write } from './learned-limits.store.ts'
import { ceilingOf } from './next-trial.ts'

/** `named`: refused with the number, by which the catalog was corrected. `untold`: it says nothing about the limit. */
export type TrialOutcome = 'answered' | 'refused' | 'named' | 'untold'

export interface LimitTrials {
  /** Models that are on and whose context was learned. */
  rows(providers: readonly string[]): Promise<readonly CatalogRow[]>
  /** What came of a request of so many tokens; true when the row says so now. */
  noteTrial(
    model: ModelName,
    trial: { readonly tokens: number; readonly outcome: TrialOutcome },
    now: Date,
  ): Promise<boolean>
}

const grown = (held: Held, source: FieldSource, tokens: number, day: string): Write => {
  // All that was there before is there again: the old value, with the source that it had.
  if (tokens >= ceilingOf(source) && source.before !== undefined) return { contextLength: source.before }
  const refused = source.bounds?.refused ?? null
  const bounds = { answered: tokens, refused: refused !== null && refused > tokens ? refused : null }
  return {
    contextLength: {
      value: tokens,
      source: { ...source, from: sayReason('source-answered', { tokens }), triedAt: day, bounds },
    },
  }
}

const tried = (held: Held, source: FieldSource, tokens: number, outcome: TrialOutcome, day: string): Write => {
  const value = held.known.contextLength
  switch (outcome) {
    case 'answered':
      return grown(held, source, tokens, day)
    case 'refused':
      return {
        contextLength: {
          value,
          source: {
            ...source,
            triedAt: day,
            bounds: { answered: source.bounds?.answered ?? value ?? 0, refused: tokens },
          },
        },
      }
    case 'named':
    case 'untold':
      return { contextLength: { value, source: { ...source, triedAt: day } } }
  }
}

export const createLimitTrials = (db: Kysely<Database>): LimitTrials => ({
  async rows(providers) {
    const learned = await db
      .selectFrom('models')
      .select(['provider', 'key'])
      .where('deleted_at', 'is', null)
      .where('active', '=', true)
      .where(sql<boolean>`sources -> 'contextLength' ->> 'kind' = 'learned'`)
      .execute()
    const named = new Set(learned.map(({ provider, key }) => `${provider}/${key}`))
    const ids = new Set(learned.map(({ provider }) => provider))
    const rows = await Promise.all(providers.filter((id) => ids.has(id)).map((id) => rowsOf(db, id)))
    return rows.flat().filter((row) => named.has(`${row.provider}/${row.key}`) && row.operations.includes('chat'))
  },
  async noteTrial(model, { tokens, outcome }, now) {
    return db.transaction().execute(async (trx) => {
      const held = await hold(trx, model)
      const source = held?.sources.contextLength
      // Somebody may have forgotten or set it while it was tried.
      if (held === null || source?.kind !== 'learned') return false
      if (outcome === 'answered' && (held.known.contextLength ?? Infinity) >= tokens) return false
      await write(
        trx,
        held,
        tried(held, source, tokens, outcome, dayOf(now)),
        `a request of ${tokens} was answered`,
        now,
      )
      return true
    })
  },
})
