/** What administrators changed about the rules; the rest is in `kinds.ts`. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import { ALERT_KINDS, RULE_KINDS, type AlertKind, type AlertRule } from './kinds.ts'

export interface KeptRule extends AlertRule {
  readonly changedAt: Date | null
  readonly changedBy: string | null
}

const defaultRule = (kind: AlertKind): KeptRule => {
  const { description: _description, unit: _unit, ...rule } = RULE_KINDS[kind]
  return { kind, ...rule, changedAt: null, changedBy: null }
}

export const allRules = async (db: Kysely<Database>): Promise<KeptRule[]> => {
  const rows = await db.selectFrom('alert_rules').selectAll().execute()
  const kept = new Map<string, KeptRule>(
    rows.map((row) => [
      row.kind,
      {
        kind: row.kind as AlertKind,
        enabled: row.enabled,
        severity: row.severity,
        threshold: row.threshold,
        windowMinutes: row.window_minutes,
        minimumSamples: row.minimum_samples,
        coolDownMinutes: row.cool_down_minutes,
        recovery: row.recovery,
        changedAt: row.changed_at,
        changedBy: row.changed_by,
      },
    ]),
  )
  return ALERT_KINDS.map((kind) => kept.get(kind) ?? defaultRule(kind))
}

export const ruleOf = async (db: Kysely<Database>, kind: AlertKind): Promise<KeptRule> =>
  (await allRules(db)).find((rule) => rule.kind === kind) ?? defaultRule(kind)

export const keepRule = async (db: Kysely<Database>, rule: AlertRule, by: string, now: Date): Promise<void> => {
  const values = {
    enabled: rule.enabled,
    severity: rule.severity,
    threshold: rule.threshold,
    window_minutes: rule.windowMinutes,
    minimum_samples: rule.minimumSamples,
    cool_down_minutes: rule.coolDownMinutes,
    recovery: rule.recovery,
    changed_at: now,
    changed_by: by,
  }
  await db
    .insertInto('alert_rules')
    .values({ kind: rule.kind, ...values })
    .onConflict((conflict) => conflict.column('kind').doUpdateSet(values))
    .execute()
}
