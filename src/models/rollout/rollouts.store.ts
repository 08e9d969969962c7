/** Rollouts and their decisions. */
import { sql, type Kysely, type Selectable, type Transaction } from 'kysely'
import type { RolloutRow } from '../../db/tables/steering.ts'
import type { Database } from '../../db/types.ts'
import type { KeptStatement } from '../../statements/statement.ts'
import type { Comparison, RolloutPlan } from './decide.ts'

export type RolloutStatus = RolloutRow['status']
export type DecisionAction = 'started' | 'promoted' | 'stopped' | 'resumed' | 'rolled-back' | 'completed' | 'noted'

export interface StoredRollout {
  readonly id: string
  readonly name: string
  /** `provider/key`. */
  readonly control: string
  readonly candidate: string
  readonly plan: RolloutPlan
  readonly status: RolloutStatus
  readonly stage: number
  readonly percent: number
  readonly reason: string
  /** Of the reason; null for an administrator's own words. */
  readonly statement: KeptStatement | null
  readonly comparisons: readonly Comparison[]
  readonly stageStartedAt: Date
  readonly createdAt: Date
  readonly createdBy: string
  readonly endedAt: Date | null
  readonly version: number
}

export interface RolloutDecision {
  readonly id: string
  readonly at: Date
  readonly action: DecisionAction
  readonly by: string
  readonly fromPercent: number
  readonly toPercent: number
  readonly reason: string
  readonly statement: KeptStatement | null
  readonly comparisons: readonly Comparison[]
}

type Db = Kysely<Database> | Transaction<Database>

const toRollout = (row: Selectable<RolloutRow>): StoredRollout => ({
  id: row.id,
  name: row.name,
  control: row.control,
  candidate: row.candidate,
  plan: row.plan as RolloutPlan,
  status: row.status,
  stage: row.stage,
  percent: row.percent,
  reason: row.reason,
  statement: row.statement,
  comparisons: row.comparisons as Comparison[],
  stageStartedAt: row.stage_started_at,
  createdAt: row.created_at,
  createdBy: row.created_by,
  endedAt: row.ended_at,
  version: row.version,
})

const toColumns = (one: StoredRollout) => ({
  name: one.name,
  control: one.control,
  candidate: one.candidate,
  plan: JSON.stringify(one.plan),
  status: one.status,
  stage: one.stage,
  percent: one.percent,
  reason: one.reason,
  statement: one.statement && JSON.stringify(one.statement),
  comparisons: JSON.stringify(one.comparisons),
  stage_started_at: one.stageStartedAt,
  created_at: one.createdAt,
  created_by: one.createdBy,
  ended_at: one.endedAt,
})

/** States in which requests are sent by it. */
const IN_EFFECT = ['running', 'stopped', 'completed'] as const

export type RolloutsStore = ReturnType<typeof createRolloutsStore>

export const createRolloutsStore = (db: Db) => ({
  async list({ open, limit }: { readonly open: boolean; readonly limit: number }): Promise<StoredRollout[]> {
    let query = db.selectFrom('rollouts').selectAll()
    if (open) query = query.where('status', 'in', ['running', 'stopped'])
    const rows = await query.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(limit).execute()
    return rows.map(toRollout)
  },
  async inEffect(): Promise<StoredRollout[]> {
    const rows = await db
      .selectFrom('rollouts')
      .selectAll()
      .where('status', 'in', [...IN_EFFECT])
      .orderBy('created_at')
      .orderBy('id')
      .execute()
    return rows.map(toRollout)
  },
  async find(id: string): Promise<StoredRollout | undefined> {
    const row = await db.selectFrom('rollouts').selectAll().where('id', '=', id).executeTakeFirst()
    return row && toRollout(row)
  },
  /** Until the transaction ends nobody else begins or changes a rollout; reading goes on. */
  async keepOthersOut(): Promise<void> {
    await sql`lock table rollouts in share row exclusive mode`.execute(db)
  },
  async insert(one: StoredRollout): Promise<void> {
    await db
      .insertInto('rollouts')
      .values({ id: one.id, ...toColumns(one), version: one.version })
      .execute()
  },
  /** False when somebody else has changed it since it was read. */
  async change(one: StoredRollout): Promise<boolean> {
    const { numUpdatedRows } = await db
      .updateTable('rollouts')
      .set({ ...toColumns(one), version: one.version + 1 })
      .where('id', '=', one.id)
      .where('version', '=', one.version)
      .executeTakeFirst()
    return numUpdatedRows === 1n
  },
  async addDecision(rolloutId: string, decision: RolloutDecision): Promise<void> {
    await db
      .insertInto('rollout_decisions')
      .values({
        id: decision.id,
        rollout_id: rolloutId,
        action: decision.action,
        decided_by: decision.by,
        from_percent: decision.fromPercent,
        to_percent: decision.toPercent,
        reason: decision.reason,
        statement: decision.statement && JSON.stringify(decision.statement),
        comparisons: JSON.stringify(decision.comparisons),
        created_at: decision.at,
      })
      .execute()
  },
  async decisions(rolloutId: string): Promise<RolloutDecision[]> {
    const rows = await db
      .selectFrom('rollout_decisions')
      .selectAll()
      .where('rollout_id', '=', rolloutId)
      .orderBy('created_at')
      .orderBy('id')
      .execute()
    return rows.map((row) => ({
      id: row.id,
      at: row.created_at,
      action: row.action as DecisionAction,
      by: row.decided_by,
      fromPercent: row.from_percent,
      toPercent: row.to_percent,
      reason: row.reason,
      statement: row.statement,
      comparisons: row.comparisons as Comparison[],
    }))
  },
})
