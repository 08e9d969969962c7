/**
 * One act of the ledger: an entry and its effect on the account in the same transaction, or neither. What the ledger and
 * the reservations for work are built of.
 */
import type { Kysely, Transaction } from 'kysely'
import { AppError } from '../errors.ts'
import { sayAlone } from '../reasons.ts'
import type { CreditTables } from '../db/tables/credits.ts'
import type { Clock } from '../lib/clock.ts'
import {
  changeAccount,
  findAccount,
  insertEntry,
  openAccount,
  updateHold,
  type AccountChange,
  type StoredAccount,
  type StoredEntry,
  type StoredHold,
} from './ledger.store.ts'

export const microcreditsPerCredit = 1_000_000

export interface Balance {
  readonly balance: number
  readonly held: number
  /** What may still be reserved. */
  readonly available: number
  readonly monthlyLimit: number | null
  readonly monthSpent: number
}

export type LedgerTransaction = Transaction<CreditTables>

/** First day of the month in UTC, as the database writes a date. */
export const monthOf = (nowMs: number): string => `${new Date(nowMs).toISOString().slice(0, 7)}-01`

export const requireAmount = (amount: number, least: number): void => {
  if (!Number.isSafeInteger(amount) || amount < least)
    throw new AppError(
      'invalid-request',
      `An amount is a whole number of microcredits of at least ${least}, not ${amount}`,
    )
}

/** Thrown inside a transaction to undo it when the act had happened before. */
export const REPEATED = new Error('This act has happened before')

/** Runs once per key; `again` answers for a repetition. */
export const once = async <Value>(
  db: Kysely<CreditTables>,
  work: (tx: LedgerTransaction) => Promise<Value>,
  again: () => Promise<Value>,
): Promise<Value> => {
  try {
    return await db.transaction().execute(work)
  } catch (thrown) {
    if (thrown === REPEATED) return again()
    throw thrown
  }
}

export interface Act {
  readonly entry: Pick<
    StoredEntry,
    'user_id' | 'kind' | 'balance_delta' | 'held_delta' | 'idempotency_key' | 'reason'
  > &
    Partial<
      Pick<
        StoredEntry,
        | 'hold_id'
        | 'operation'
        | 'provider'
        | 'model'
        | 'transcription_id'
        | 'made_by'
        | 'work_id'
        | 'cost_microcents'
        | 'cost_unknown'
      >
    > & { readonly breakdown?: Readonly<Record<string, unknown>> }
  readonly spent?: number
  readonly isReservation?: boolean
}

const toCredits = (microcredits: number): string =>
  (microcredits / microcreditsPerCredit).toLocaleString('en', { maximumFractionDigits: 6 })

/** For people: what was asked, and how the account stands. */
const inCredits = (needed: number, { balance, held, available, monthlyLimit, monthSpent }: Balance) => ({
  neededCredits: needed / microcreditsPerCredit,
  balanceCredits: balance / microcreditsPerCredit,
  heldCredits: held / microcreditsPerCredit,
  availableCredits: available / microcreditsPerCredit,
  monthlyLimitCredits: monthlyLimit === null ? null : monthlyLimit / microcreditsPerCredit,
  monthSpentCredits: monthSpent / microcreditsPerCredit,
})

/** A date column comes as local midnight. */
const toDay = (date: Date): string => {
  const pad = (value: number): string => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
}

/** An account as it stands at a time; without a row there is nothing in it. */
export const toBalance = (row: StoredAccount | undefined, nowMs: number): Balance => {
  const isThisMonth = row !== undefined && toDay(row.month) === monthOf(nowMs)
  const { balance = 0, held = 0 } = row ?? {}
  return {
    balance,
    held,
    available: balance - held,
    monthlyLimit: row?.monthly_limit ?? null,
    monthSpent: isThisMonth ? row.month_spent : 0,
  }
}

export interface Acts {
  /** Throws `REPEATED` when it has happened, `insufficient-credits` or `budget-exceeded` when it may not. */
  act(tx: LedgerTransaction, act: Act): Promise<void>
  /** The account's side of an act alone; false when the account does not allow it. */
  change(tx: LedgerTransaction, userId: string, effect: Effect): Promise<boolean>
  endHold(tx: LedgerTransaction, hold: StoredHold, status: 'settled' | 'expired', reason: string): Promise<void>
  balance(db: Kysely<CreditTables> | LedgerTransaction, userId: string): Promise<Balance>
  /** A whole entry as it is inserted. */
  toEntry(entry: Act['entry']): Parameters<typeof insertEntry>[1]
}

export interface Effect {
  readonly balanceDelta: number
  readonly heldDelta: number
  readonly spent?: number
  readonly isReservation?: boolean
}

export const createActs = ({ clock, newId }: { readonly clock: Clock; readonly newId: () => string }): Acts => {
  const refusal = async (tx: LedgerTransaction, userId: string, needed: number): Promise<AppError> => {
    const account = toBalance(await findAccount(tx, userId), clock.now())
    const details = inCredits(needed, account)
    const { monthlyLimit, monthSpent, held } = account
    // Others may have freed credits since; only a limit that is really set and really full is named.
    const isOverBudget = monthlyLimit !== null && monthSpent + held + needed > monthlyLimit
    if (account.available < needed || !isOverBudget) {
      const said = { needed: toCredits(needed), available: toCredits(account.available) }
      return new AppError('insufficient-credits', sayAlone('needs-credits', said), { details })
    }
    const said = { needed: toCredits(needed), left: toCredits(Math.max(0, monthlyLimit - monthSpent - held)) }
    return new AppError('budget-exceeded', sayAlone('needs-budget', said), { details })
  }

  const toEntry: Acts['toEntry'] = (entry) => ({
    id: newId(),
    hold_id: null,
    operation: null,
    provider: null,
    model: null,
    transcription_id: null,
    made_by: null,
    work_id: null,
    cost_microcents: null,
    cost_unknown: false,
    ...entry,
    breakdown: JSON.stringify(entry.breakdown ?? {}),
    created_at: new Date(clock.now()),
  })

  const change: Acts['change'] = async (tx, userId, { balanceDelta, heldDelta, spent = 0, isReservation = false }) => {
    const now = new Date(clock.now())
    const month = monthOf(clock.now())
    const accountChange: AccountChange = { userId, balanceDelta, heldDelta, spent, month, now, isReservation }
    await openAccount(tx, userId, month, now)
    return changeAccount(tx, accountChange)
  }

  const act: Acts['act'] = async (tx, { entry, ...more }) => {
    if (!(await insertEntry(tx, toEntry(entry)))) throw REPEATED
    const { user_id, balance_delta: balanceDelta, held_delta: heldDelta } = entry
    if (!(await change(tx, user_id, { balanceDelta, heldDelta, ...more })))
      throw await refusal(tx, user_id, heldDelta - balanceDelta)
  }

  return {
    act,
    change,
    toEntry,
    async endHold(tx, hold, status, reason) {
      await updateHold(tx, hold.id, { remaining: 0, status })
      // Nothing is left of it: what was taken is told by its own entries.
      if (hold.remaining === 0) return
      const { user_id, operation, transcription_id, work_id } = hold
      await act(tx, {
        entry: {
          user_id,
          kind: 'release',
          balance_delta: 0,
          held_delta: -hold.remaining,
          hold_id: hold.id,
          operation,
          transcription_id,
          work_id,
          idempotency_key: `release:${hold.id}`,
          reason,
        },
      })
    },
    balance: async (db, userId) => toBalance(await findAccount(db, userId), clock.now()),
  }
}
