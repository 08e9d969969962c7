/** The threshold of a rule as people read it: shares are written in per cent. */
import type { AlertRuleView } from '../../../../src/http/contract/alerts.ts'

export const toShown = (rule: AlertRuleView, value: number): number => (rule.unit === 'share' ? value * 100 : value)
export const toStored = (rule: AlertRuleView, value: number): number => (rule.unit === 'share' ? value / 100 : value)
export const rounded = (value: number): number => Math.round(value * 1e6) / 1e6
