/** A user's credits as pages show them: balance with its state, the month with its budget, and the first grant. */
import { monthOf, type Balance } from './acts.ts'
import { toCredits } from './charge.ts'
import type { Ledger } from './ledger.ts'

export type BudgetState = 'none' | 'ok' | 'warning' | 'reached'

export interface CreditView {
  readonly enabled: boolean
  readonly balance: number
  readonly held: number
  readonly available: number
  readonly state: 'ok' | 'low' | 'empty'
  readonly month: {
    readonly spent: number
    readonly limit: number | null
    readonly warnsAt: number | null
    readonly state: BudgetState
    readonly resetsAt: string
  }
}

/** The soft limit: from this share of the month's budget on, pages warn. */
export const WARNING_SHARE = 0.8
/** Less than this is nearly nothing, whatever was spent lately. */
const NEARLY_NOTHING_CREDITS = 10

/** @param spent with what is reserved for work under way. */
export const budgetState = (spent: number, limit: number | null): BudgetState => {
  if (limit === null) return 'none'
  if (spent >= limit) return 'reached'
  return spent >= limit * WARNING_SHARE ? 'warning' : 'ok'
}

const nextMonth = (nowMs: number): string => {
  const [year = 0, month = 1] = monthOf(nowMs).split('-').map(Number)
  return new Date(Date.UTC(year, month, 1)).toISOString()
}

const balanceState = (available: number, spentLately: number): CreditView['state'] => {
  if (available <= 0) return 'empty'
  return available < Math.max(spentLately, NEARLY_NOTHING_CREDITS) ? 'low' : 'ok'
}

/** @param spentLately microcredits of the last seven days. */
export const toCreditView = (account: Balance, spentLately: number, nowMs: number): CreditView => {
  const [spent, held, limit] = [account.monthSpent, account.held, account.monthlyLimit]
  const available = toCredits(account.available)
  return {
    enabled: true,
    balance: toCredits(account.balance),
    held: toCredits(held),
    available,
    state: balanceState(available, toCredits(spentLately)),
    month: {
      spent: toCredits(spent),
      limit: limit === null ? null : toCredits(limit),
      warnsAt: limit === null ? null : toCredits(Math.round(limit * WARNING_SHARE)),
      state: budgetState(spent + held, limit),
      resetsAt: nextMonth(nowMs),
    },
  }
}

/** Credits are not counted on this server. */
export const uncounted = (nowMs: number): CreditView => ({
  enabled: false,
  balance: 0,
  held: 0,
  available: 0,
  state: 'ok',
  month: { spent: 0, limit: null, warnsAt: null, state: 'none', resetsAt: nextMonth(nowMs) },
})

export interface AccountOpening {
  /** Gives a user that nobody has seen yet what new users get. */
  open(userId: string): Promise<void>
  openAll(userIds: readonly string[]): Promise<void>
}

/** Remembered so that most calls ask nobody; a server has fewer users than this, or asks now and then. */
const MOST_REMEMBERED = 10_000

const welcomeKey = (userId: string): string => `welcome:${userId}`

export const createAccountOpening = (deps: {
  readonly ledger: Pick<Ledger, 'grant'>
  /** Microcredits. */
  readonly newUserAmount: number
  /** Which of these keys the ledger has. */
  readonly known: (keys: readonly string[]) => Promise<ReadonlySet<string>>
}): AccountOpening => {
  const opened = new Set<string>()
  const remember = (userId: string): void => {
    if (opened.size >= MOST_REMEMBERED) opened.clear()
    opened.add(userId)
  }
  const open = async (userId: string): Promise<void> => {
    if (deps.newUserAmount === 0 || opened.has(userId)) return
    await deps.ledger.grant({
      userId,
      amount: deps.newUserAmount,
      reason: 'Credits of a new account',
      madeBy: 'system',
      idempotencyKey: welcomeKey(userId),
      // For pages, which say it in the reader's language.
      breakdown: { origin: 'welcome' },
    })
    remember(userId)
  }
  return {
    open,
    async openAll(userIds) {
      const unsure = userIds.filter((userId) => !opened.has(userId))
      if (deps.newUserAmount === 0 || unsure.length === 0) return
      const known = await deps.known(unsure.map(welcomeKey))
      for (const userId of unsure) {
        if (known.has(welcomeKey(userId))) remember(userId)
        else await open(userId)
      }
    },
  }
}
