/** Whether credits or budget allow what is about to be asked for, all of it together. */
import { useQueries } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { CreditEstimate } from '../../src/http/contract/credits.ts'
import { formatNumber } from '../format.ts'
import { estimateQuery, type EstimateWish } from '../queries.ts'

export interface Refusal {
  code: NonNullable<CreditEstimate['refusal']>
  /** Credits that all of it takes at most. */
  needed: number
  /** Credits that may still be used. */
  left: number
}

/** Somebody may grant credits meanwhile. */
const ASK_AGAIN_MS = 10_000

/** Null while nothing speaks against it, or while it is not known: the server decides. */
export const toRefusal = (estimates: readonly CreditEstimate[]): Refusal | null => {
  const [first] = estimates
  if (first?.enabled !== true) return null
  const needed = estimates.reduce((sum, { credits }) => sum + credits, 0)
  const { available, budgetLeft } = first
  // What costs nothing is never refused, however little is left.
  if (needed === 0) return null
  if (needed > available) return { code: 'insufficient-credits', needed, left: available }
  return budgetLeft !== null && needed > budgetLeft ? { code: 'budget-exceeded', needed, left: budgetLeft } : null
}

const useRefusal = (wishes: readonly EstimateWish[]): Refusal | null =>
  useQueries({
    queries: wishes.map((wish) => ({
      ...estimateQuery(wish),
      refetchInterval: (query: { state: { data: CreditEstimate | undefined } }) =>
        query.state.data?.refusal == null ? false : ASK_AGAIN_MS,
    })),
    combine: (results) => toRefusal(results.flatMap(({ data }) => (data === undefined ? [] : [data]))),
  })

/** The same in words. */
export const useWhyRefused = (wishes: readonly EstimateWish[]): string | null => {
  const { t, i18n } = useTranslation()
  const refusal = useRefusal(wishes)
  if (refusal === null) return null
  const [needed, left] = [refusal.needed, refusal.left].map((credits) => formatNumber(credits, i18n.language, 3))
  return t(`estimate.whyNot.${refusal.code}`, { needed, left })
}
