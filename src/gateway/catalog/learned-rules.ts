/** Parameters that a model turned out to reject: learned from its refusals, kept so that nobody pays for them twice. */
import type { ModelRow } from '../types.ts'

export interface LearnedRule {
  readonly provider: string
  readonly model: string
  /** Name of the field of our request. */
  readonly field: string
  /** What the provider said. */
  readonly evidence: string
  readonly learnedAtMs: number
}

export interface LearnedRules {
  fieldsOf(row: ModelRow): readonly string[]
  learn(rule: LearnedRule): void
  list(): readonly LearnedRule[]
}

/** In memory; `onLearned` lets the host keep what is new. */
export const createLearnedRules = (
  known: readonly LearnedRule[] = [],
  onLearned: (rule: LearnedRule) => void = () => {},
): LearnedRules => {
  const rules = new Map<string, LearnedRule>()
  const idOf = (rule: Pick<LearnedRule, 'provider' | 'model' | 'field'>): string =>
    `${rule.provider}/${rule.model}#${rule.field}`
  for (const rule of known) rules.set(idOf(rule), rule)
  return {
    fieldsOf: (row) =>
      [...rules.values()]
        .filter((rule) => rule.provider === row.provider && rule.model === row.key)
        .map((rule) => rule.field),
    learn(rule) {
      if (rules.has(idOf(rule))) return
      rules.set(idOf(rule), rule)
      onLearned(rule)
    },
    list: () => [...rules.values()],
  }
}
