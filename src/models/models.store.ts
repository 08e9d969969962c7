/** The catalog's tables. */
import type { Insertable, Kysely, Selectable } from 'kysely'
import type { Database } from '../db/types.ts'
import type { ModelTableRow } from '../db/tables/models.ts'
import type { LearnedRule, LearnedRuleName, LimitCorrection, ModelRules, Prices } from '../gateway/index.ts'
import type { StoredModel } from './model.ts'
import { learnLimits } from './limits/learned-limits.store.ts'

export interface ModelsStore {
  all(): Promise<StoredModel[]>
  /** Adds rows that are not there; what an administrator or the sync has changed stays. Returns how many were new. */
  addMissing(models: readonly StoredModel[], now: Date): Promise<number>
  correctLimits(provider: string, key: string, correction: LimitCorrection, now: Date): Promise<void>
  learnedRules(): Promise<LearnedRule[]>
  addLearnedRule(rule: LearnedRule): Promise<void>
  removeLearnedRule(rule: LearnedRuleName): Promise<boolean>
}

export const toModel = (row: Selectable<ModelTableRow>): StoredModel => ({
  provider: row.provider,
  key: row.key,
  displayName: row.display_name,
  operations: row.operations as StoredModel['operations'],
  contextLength: row.context_length,
  maxOutputTokens: row.max_output_tokens,
  inputModalities: row.input_modalities as StoredModel['inputModalities'],
  outputModalities: row.output_modalities as StoredModel['outputModalities'],
  capabilities: row.capabilities as StoredModel['capabilities'],
  prices: row.prices as Prices[],
  creditMultiplier: row.credit_multiplier,
  active: row.active,
  removalReason: row.removal_reason,
  retiresAt: row.retires_at,
  aliases: row.aliases,
  rules: row.rules,
  source: row.source,
  origin: row.origin,
})

export const toRow = (model: StoredModel, now: Date): Insertable<ModelTableRow> => ({
  provider: model.provider,
  key: model.key,
  display_name: model.displayName,
  operations: model.operations,
  context_length: model.contextLength,
  max_output_tokens: model.maxOutputTokens,
  input_modalities: model.inputModalities,
  output_modalities: model.outputModalities,
  capabilities: model.capabilities,
  prices: JSON.stringify(model.prices),
  credit_multiplier: model.creditMultiplier,
  active: model.active,
  removal_reason: model.removalReason,
  retires_at: model.retiresAt,
  aliases: model.aliases,
  rules: JSON.stringify(model.rules),
  source: model.source,
  origin: model.origin,
  availability: 'unknown',
  created_at: now,
  updated_at: now,
})

export const createModelsStore = (db: Kysely<Database>): ModelsStore => ({
  async all() {
    const rows = await db
      .selectFrom('models')
      .selectAll()
      .where('deleted_at', 'is', null)
      .orderBy('created_at')
      .orderBy('provider')
      .orderBy('key')
      .execute()
    return rows.map(toModel)
  },
  async addMissing(models, now) {
    if (models.length === 0) return 0
    const added = await db
      .insertInto('models')
      .values(models.map((model) => toRow(model, now)))
      .onConflict((conflict) => conflict.columns(['provider', 'key']).doNothing())
      .returning('key')
      .execute()
    return added.length
  },
  async correctLimits(provider, key, correction, now) {
    await learnLimits(db, { provider, key, correction, now })
  },
  async learnedRules() {
    const rows = await db.selectFrom('learned_rules').selectAll().execute()
    return rows.map(({ learned_at, rules, ...rule }) => ({
      ...rule,
      rules: rules as ModelRules,
      learnedAtMs: learned_at.getTime(),
    }))
  },
  async removeLearnedRule({ provider, model, field }) {
    const { numDeletedRows } = await db
      .deleteFrom('learned_rules')
      .where('provider', '=', provider)
      .where('model', '=', model)
      .where('field', '=', field)
      .executeTakeFirst()
    return numDeletedRows > 0n
  },
  async addLearnedRule({ learnedAtMs, provider, model, field, rules, evidence }) {
    const lesson = { rules: JSON.stringify(rules), evidence, learned_at: new Date(learnedAtMs) }
    await db
      .insertInto('learned_rules')
      .values({ provider, model, field, ...lesson })
      .onConflict((conflict) => conflict.columns(['provider', 'model', 'field']).doUpdateSet(lesson))
      .execute()
  },
})
