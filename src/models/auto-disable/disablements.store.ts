/** Models that were switched off for their errors: why, what the probes since showed, and how it ended. */
import type { Kysely, Selectable, Transaction } from 'kysely'
import type { ModelDisablementRow } from '../../db/tables/steering.ts'
import type { Database } from '../../db/types.ts'
import type { Evidence, Probe } from './judge.ts'

export interface Disablement {
  readonly id: string
  readonly provider: string
  readonly key: string
  readonly state: ModelDisablementRow['state']
  readonly evidence: Evidence
  readonly probes: readonly Probe[]
  readonly nextProbeAt: Date | null
  readonly disabledAt: Date
  readonly endedAt: Date | null
  readonly endedBy: string | null
}

export interface DisablementQuery {
  readonly open: boolean
  readonly provider?: string | undefined
  readonly model?: string | undefined
  readonly limit: number
}

type Db = Kysely<Database> | Transaction<Database>

const toDisablement = (row: Selectable<ModelDisablementRow>): Disablement => ({
  id: row.id,
  provider: row.provider,
  key: row.key,
  state: row.state,
  evidence: row.evidence as Evidence,
  probes: row.probes as Probe[],
  nextProbeAt: row.next_probe_at,
  disabledAt: row.disabled_at,
  endedAt: row.ended_at,
  endedBy: row.ended_by,
})

export const createDisablementsStore = (db: Db) => ({
  async list({ open, provider, model, limit }: DisablementQuery): Promise<Disablement[]> {
    let query = db.selectFrom('model_disablements').selectAll()
    if (open) query = query.where('ended_at', 'is', null)
    if (provider !== undefined) query = query.where('provider', '=', provider)
    if (model !== undefined) query = query.where('key', '=', model)
    const rows = await query.orderBy('disabled_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
    return rows.map(toDisablement)
  },
  async open(): Promise<Disablement[]> {
    const rows = await db.selectFrom('model_disablements').selectAll().where('ended_at', 'is', null).execute()
    return rows.map(toDisablement)
  },
  /** When a model was switched on again last; its errors before that count no more. */
  async lastEnd(provider: string, key: string): Promise<Date | null> {
    const row = await db
      .selectFrom('model_disablements')
      .select(({ fn }) => fn.max('ended_at').as('at'))
      .where('provider', '=', provider)
      .where('key', '=', key)
      .executeTakeFirst()
    return row?.at ?? null
  },
  async between(from: Date, to: Date): Promise<Disablement[]> {
    const rows = await db
      .selectFrom('model_disablements')
      .selectAll()
      .where('disabled_at', '>=', from)
      .where('disabled_at', '<', to)
      .orderBy('disabled_at')
      .orderBy('id')
      .execute()
    return rows.map(toDisablement)
  },
  async insert(one: Omit<Disablement, 'state' | 'probes' | 'endedAt' | 'endedBy'>): Promise<void> {
    await db
      .insertInto('model_disablements')
      .values({
        id: one.id,
        provider: one.provider,
        key: one.key,
        state: 'disabled',
        evidence: JSON.stringify(one.evidence),
        probes: '[]',
        next_probe_at: one.nextProbeAt,
        disabled_at: one.disabledAt,
        ended_at: null,
        ended_by: null,
      })
      .execute()
  },
  async update(
    id: string,
    change: Partial<Pick<Disablement, 'state' | 'probes' | 'nextProbeAt' | 'endedAt' | 'endedBy'>>,
  ) {
    await db
      .updateTable('model_disablements')
      .set({
        ...(change.state !== undefined && { state: change.state }),
        ...(change.probes !== undefined && { probes: JSON.stringify(change.probes) }),
        ...(change.nextProbeAt !== undefined && { next_probe_at: change.nextProbeAt }),
        ...(change.endedAt !== undefined && { ended_at: change.endedAt }),
        ...(change.endedBy !== undefined && { ended_by: change.endedBy }),
      })
      .where('id', '=', id)
      .execute()
  },
})
