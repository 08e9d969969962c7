/** What models turned out to reject or to want otherwise, kept so that nobody pays for the same refusal twice. */
import type { ModelRow, ModelRules } from '../types/models.ts'
import { addsNothing, mergeRules } from './rules.ts'

export interface LearnedRule {
  readonly provider: string
  readonly model: string
  /** As the provider named it. */
  readonly field: string
  /** What to do from now on; merged over the row's own rules. */
  readonly rules: ModelRules
  /** What the provider said, keys masked. */
  readonly evidence: string
  readonly learnedAtMs: number
}

export type LearnedRuleName = Pick<LearnedRule, 'provider' | 'model' | 'field'>

export interface LearnedRules {
  /** The row with what was learned about it; the row itself when that is nothing. */
  withLearned(row: ModelRow): ModelRow
  learn(rule: LearnedRule): void
  /** From now on the field is sent again. False when nothing was known about it. */
  forget(name: LearnedRuleName): boolean
  /** What the host knows now, in place of what was known before. */
  replace(rules: readonly LearnedRule[]): void
  list(): readonly LearnedRule[]
}

/** In memory; `onLearned` lets the host keep what is new. */
export const createLearnedRules = (
  known: readonly LearnedRule[] = [],
  onLearned: (rule: LearnedRule) => void = () => {},
): LearnedRules => {
  const byModel = new Map<string, Map<string, LearnedRule>>()
  const idOf = (provider: string, model: string): string => `${provider}/${model}`
  const keep = (rule: LearnedRule): void => {
    const id = idOf(rule.provider, rule.model)
    byModel.set(id, (byModel.get(id) ?? new Map<string, LearnedRule>()).set(rule.field, rule))
  }
  const replace = (rules: readonly LearnedRule[]): void => {
    byModel.clear()
    for (const rule of rules) keep(rule)
  }
  replace(known)
  return {
    withLearned(row) {
      const rules = byModel.get(idOf(row.provider, row.key))
      if (rules === undefined) return row
      return { ...row, rules: [...rules.values()].map((rule) => rule.rules).reduce(mergeRules, row.rules) }
    },
    learn(rule) {
      const before = byModel.get(idOf(rule.provider, rule.model))?.get(rule.field)
      if (before !== undefined && addsNothing(before.rules, rule.rules)) return
      const whole = before === undefined ? rule : { ...rule, rules: mergeRules(before.rules, rule.rules) }
      keep(whole)
      onLearned(whole)
    },
    forget: ({ provider, model, field }) => byModel.get(idOf(provider, model))?.delete(field) ?? false,
    replace,
    list: () => [...byModel.values()].flatMap((rules) => [...rules.values()]),
  }
}
