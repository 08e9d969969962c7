/** What a run would take, before it is begun: credits exactly as they would be reserved, the rest as near as one can tell. */
import type { Balance } from './acts.ts'
import { budgetState, type BudgetState } from './accounts.ts'
import { toCredits } from './charge.ts'
import { amountOf, quantityOf, type Price, type PriceUnit, type WorkSize } from './price.ts'
import { requirePrice } from './prices.ts'

/** What a recording can be charged for. */
export type RecordingOperation = 'transcription' | 'enhancement' | 'summary' | 'lecture_notes' | 'translation'

/** What is known about doing one operation with one model. */
export interface EstimatedWork {
  readonly operation: RecordingOperation
  readonly provider: string
  readonly model: string
  readonly displayName: string
  readonly multiplier: number
  readonly inputTokens: number | null
  readonly outputTokens: number | null
  readonly chunks: number | null
  readonly seconds: number | null
  /** Null is unknown. */
  readonly costMicrocents: number | null
}

export interface EstimateItem extends EstimatedWork {
  readonly unit: PriceUnit
  readonly quantity: number
  readonly baseCredits: number
  readonly credits: number
}

export interface Estimate {
  readonly enabled: boolean
  readonly items: EstimateItem[]
  readonly credits: number
  readonly costMicrocents: number | null
  readonly seconds: number | null
  readonly available: number
  /** Of the month's budget; null without one. */
  readonly budgetLeft: number | null
  readonly refusal: 'insufficient-credits' | 'budget-exceeded' | null
  readonly budgetAfter: BudgetState
}

const sumKnown = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((sum, value) => (sum === null || value === null ? null : sum + value), 0)

const toItem = (work: EstimatedWork, size: WorkSize, prices: readonly Price[]): EstimateItem => {
  const price = requirePrice(prices, work)
  const quantity = quantityOf(price.unit, size)
  return {
    ...work,
    unit: price.unit,
    quantity: Number(quantity.toFixed(6)),
    baseCredits: toCredits(price.amount),
    credits: toCredits(amountOf(price, work.multiplier, quantity)),
  }
}

const refusalOf = (needed: number, account: Balance): Estimate['refusal'] => {
  if (needed === 0) return null
  if (needed > account.available) return 'insufficient-credits'
  const { monthlyLimit, monthSpent, held } = account
  return monthlyLimit !== null && monthSpent + held + needed > monthlyLimit ? 'budget-exceeded' : null
}

const budgetLeftOf = ({ monthlyLimit, monthSpent, held }: Balance): number | null =>
  monthlyLimit === null ? null : toCredits(Math.max(0, monthlyLimit - monthSpent - held))

/** @param account null when credits are not counted. */
export const toEstimate = (
  works: readonly EstimatedWork[],
  size: WorkSize,
  { prices, account }: { readonly prices: readonly Price[]; readonly account: Balance | null },
): Estimate => {
  const items = works.map((work) => toItem(work, size, prices))
  const shown = account === null ? items.map((item) => ({ ...item, credits: 0 })) : items
  const credits = Number(shown.reduce((sum, item) => sum + item.credits, 0).toFixed(6))
  const needed = Math.round(credits * 1_000_000)
  return {
    enabled: account !== null,
    items: shown,
    credits,
    costMicrocents: sumKnown(items.map(({ costMicrocents }) => costMicrocents)),
    seconds: sumKnown(items.map(({ seconds }) => seconds)),
    available: account === null ? 0 : toCredits(account.available),
    budgetLeft: account === null ? null : budgetLeftOf(account),
    refusal: account === null ? null : refusalOf(needed, account),
    budgetAfter:
      account === null ? 'none' : budgetState(account.monthSpent + account.held + needed, account.monthlyLimit),
  }
}
