/**
 * Credits: reserve before the work, take what was really used after it, give the rest back.
 *
 * An append-only ledger. Each act carries an idempotency key: told twice it happens once and answers the same, so a
 * crash between an act and its answer costs nobody anything. Balances are kept beside the ledger and always equal its
 * sum. Knows no model prices; amounts are whole microcredits (1 credit = 1 000 000).
 */
import { AppError } from '../errors.ts'
import type { Kysely, Transaction } from 'kysely'
import type { CreditTables } from '../db/tables/credits.ts'
import type { Clock } from '../lib/clock.ts'
import {
  changeAccount,
  expiredHolds,
  extendHold,
  findAccount,
  findEntry,
  insertEntry,
  insertHold,
  lockHold,
  openAccount,
  setMonthlyLimit,
  sumEntries,
  updateHold,
  type AccountChange,
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

export interface Reservation {
  readonly userId: string
  readonly amount: number
  readonly operation: string
  readonly transcriptionId?: string
  readonly reason: string
  readonly idempotencyKey: string
  /** Given back by the sweep after this long, unless extended. */
  readonly ttlMs: number
}

export interface Charge {
  readonly holdId: string
  /** At most what remains of the hold: nobody pays more than was shown before. */
  readonly amount: number
  readonly provider: string
  readonly model: string
  readonly reason: string
  readonly breakdown: Readonly<Record<string, unknown>>
  readonly idempotencyKey: string
}

export interface Gift {
  readonly userId: string
  /** Negative takes back; never more than is free. */
  readonly amount: number
  readonly reason: string
  readonly madeBy: string
  readonly idempotencyKey: string
}

export interface Ledger {
  balance(userId: string): Promise<Balance>
  /** Adds credits, or takes some back. Errors: `insufficient-credits` when more is taken than is free. */
  grant(gift: Gift): Promise<void>
  /** Reserves. Errors: `insufficient-credits`, `budget-exceeded`; nothing is reserved then. */
  hold(reservation: Reservation): Promise<{ holdId: string }>
  /** Takes a part of a reservation, as often as parts are delivered; returns what was taken. */
  capture(charge: Charge): Promise<{ captured: number }>
  /** Ends a reservation; what remains is free again. Told twice, or after the sweep, it does nothing. */
  release(holdId: string, reason: string): Promise<void>
  /** False when the hold has ended meanwhile. */
  extend(holdId: string, ttlMs: number): Promise<boolean>
  /** Gives back what expired; returns how many holds that were. */
  sweep(): Promise<number>
  setMonthlyLimit(userId: string, limit: number | null): Promise<void>
  /** Whether the account equals the sum of its entries. */
  audit(
    userId: string,
  ): Promise<{ readonly equal: boolean; readonly account: Balance; readonly sum: Pick<Balance, 'balance' | 'held'> }>
}

export interface LedgerDeps {
  readonly db: Kysely<CreditTables>
  readonly clock: Clock
  readonly newId: () => string
}

type Db = Transaction<CreditTables>

/** First day of the month in UTC, as the database writes a date. */
const monthOf = (nowMs: number): string => `${new Date(nowMs).toISOString().slice(0, 7)}-01`

const requireAmount = (amount: number, least: number): void => {
  if (!Number.isSafeInteger(amount) || amount < least)
    throw new AppError(
      'invalid-request',
      `An amount is a whole number of microcredits of at least ${least}, not ${amount}`,
    )
}

/** Thrown inside a transaction to undo it when the act had happened before. */
const REPEATED = new Error('This act has happened before')

interface Act {
  readonly entry: Pick<
    StoredEntry,
    'user_id' | 'kind' | 'balance_delta' | 'held_delta' | 'idempotency_key' | 'reason'
  > &
    Partial<Pick<StoredEntry, 'hold_id' | 'operation' | 'provider' | 'model' | 'transcription_id' | 'made_by'>> & {
      readonly breakdown?: Readonly<Record<string, unknown>>
    }
  readonly spent?: number
  readonly isReservation?: boolean
}

export const createLedger = ({ db, clock, newId }: LedgerDeps): Ledger => {
  /** One entry and its effect, or neither. */
  const act = async (tx: Db, { entry, spent = 0, isReservation = false }: Act): Promise<void> => {
    const now = new Date(clock.now())
    const isNew = await insertEntry(tx, {
      id: newId(),
      hold_id: null,
      operation: null,
      provider: null,
      model: null,
      transcription_id: null,
      made_by: null,
      ...entry,
      breakdown: JSON.stringify(entry.breakdown ?? {}),
      created_at: now,
    })
    if (!isNew) throw REPEATED
    const change: AccountChange = {
      userId: entry.user_id,
      balanceDelta: entry.balance_delta,
      heldDelta: entry.held_delta,
      spent,
      month: monthOf(clock.now()),
      now,
      isReservation,
    }
    await openAccount(tx, entry.user_id, change.month, now)
    if (!(await changeAccount(tx, change))) throw await refusal(tx, change)
  }

  const refusal = async (tx: Db, change: AccountChange): Promise<AppError> => {
    const account = toBalance(await findAccount(tx, change.userId))
    const needed = change.heldDelta - change.balanceDelta
    const details = { needed, ...account }
    const { monthlyLimit, monthSpent, held } = account
    // Others may have freed credits since; only a limit that is really set and really full is named.
    const isOverBudget = monthlyLimit !== null && monthSpent + held + needed > monthlyLimit
    return account.available < needed || !isOverBudget
      ? new AppError(
          'insufficient-credits',
          `This needs ${toCredits(needed)} credits; ${toCredits(account.available)} are free`,
          { details },
        )
      : new AppError('budget-exceeded', `This needs ${toCredits(needed)} credits; the month's budget has less left`, {
          details,
        })
  }

  const toBalance = (row: Awaited<ReturnType<typeof findAccount>>): Balance => {
    const isThisMonth = row !== undefined && toDay(row.month) === monthOf(clock.now())
    const { balance = 0, held = 0 } = row ?? {}
    return {
      balance,
      held,
      available: balance - held,
      monthlyLimit: row?.monthly_limit ?? null,
      monthSpent: isThisMonth ? row.month_spent : 0,
    }
  }

  /** Runs once per key; `again` answers for a repetition. */
  const once = async <Value>(work: (tx: Db) => Promise<Value>, again: () => Promise<Value>): Promise<Value> => {
    try {
      return await db.transaction().execute(work)
    } catch (thrown) {
      if (thrown === REPEATED) return again()
      throw thrown
    }
  }

  const endHold = async (tx: Db, hold: StoredHold, status: 'settled' | 'expired', reason: string): Promise<void> => {
    await updateHold(tx, hold.id, { remaining: 0, status })
    const { user_id, operation, transcription_id } = hold
    const key = `release:${hold.id}`
    await act(tx, {
      entry: {
        user_id,
        kind: 'release',
        balance_delta: 0,
        held_delta: -hold.remaining,
        hold_id: hold.id,
        operation,
        transcription_id,
        idempotency_key: key,
        reason,
      },
    })
  }

  const end = (holdId: string, status: 'settled' | 'expired', reason: string): Promise<boolean> =>
    db.transaction().execute(async (tx) => {
      const hold = await lockHold(tx, holdId)
      if (hold?.status !== 'open') return false
      if (status === 'expired' && hold.expires_at.getTime() > clock.now()) return false
      await endHold(tx, hold, status, reason)
      return true
    })

  const captureOnce = async (tx: Db, charge: Charge): Promise<{ captured: number }> => {
    const hold = await lockHold(tx, charge.holdId)
    if (hold === undefined) throw new AppError('not-found', 'There is no such reservation')
    const known = await findEntry(tx, charge.idempotencyKey)
    if (known !== undefined) return { captured: -known.balance_delta }
    if (hold.status !== 'open')
      throw new AppError('conflict', 'The reservation has ended; nothing was charged', {
        details: { holdId: hold.id, status: hold.status },
      })
    const amount = Math.min(charge.amount, hold.remaining)
    const { user_id, operation, transcription_id } = hold
    const { provider, model, reason, breakdown, idempotencyKey: idempotency_key } = charge
    await updateHold(tx, hold.id, { remaining: hold.remaining - amount, status: 'open' })
    await act(tx, {
      entry: {
        user_id,
        kind: 'capture',
        balance_delta: -amount,
        held_delta: -amount,
        hold_id: hold.id,
        operation,
        provider,
        model,
        transcription_id,
        idempotency_key,
        reason,
        breakdown,
      },
      spent: amount,
    })
    return { captured: amount }
  }

  return {
    balance: async (userId) => toBalance(await findAccount(db, userId)),

    async grant({ userId, amount, reason, madeBy, idempotencyKey }) {
      requireAmount(Math.abs(amount), 1)
      const kind = amount > 0 ? 'grant' : 'adjust'
      const entry = {
        user_id: userId,
        kind,
        balance_delta: amount,
        held_delta: 0,
        idempotency_key: idempotencyKey,
        reason,
        made_by: madeBy,
      } as const
      await once(
        (tx) => act(tx, { entry }),
        () => Promise.resolve(),
      )
    },

    async hold({ userId, amount, operation, transcriptionId, reason, idempotencyKey, ttlMs }) {
      requireAmount(amount, 0)
      const holdId = newId()
      const now = clock.now()
      const work = async (tx: Db): Promise<{ holdId: string }> => {
        const transcription_id = transcriptionId ?? null
        await act(tx, {
          entry: {
            user_id: userId,
            kind: 'hold',
            balance_delta: 0,
            held_delta: amount,
            hold_id: holdId,
            operation,
            transcription_id,
            idempotency_key: idempotencyKey,
            reason,
          },
          isReservation: true,
        })
        const times = { expires_at: new Date(now + ttlMs), created_at: new Date(now) }
        await insertHold(tx, {
          id: holdId,
          user_id: userId,
          amount,
          remaining: amount,
          status: 'open',
          operation,
          transcription_id,
          ...times,
        })
        return { holdId }
      }
      return once(work, async () => ({ holdId: (await findEntry(db, idempotencyKey))?.hold_id ?? holdId }))
    },

    async capture(charge) {
      requireAmount(charge.amount, 0)
      return db.transaction().execute((tx) => captureOnce(tx, charge))
    },

    async release(holdId, reason) {
      await end(holdId, 'settled', reason)
    },

    extend: (holdId, ttlMs) => extendHold(db, holdId, new Date(clock.now() + ttlMs)),

    async sweep() {
      let ended = 0
      for (const { id } of await expiredHolds(db, new Date(clock.now()), 1000)) {
        if (await end(id, 'expired', 'The work did not come to an end in time; nothing was charged for the rest'))
          ended += 1
      }
      return ended
    },

    async setMonthlyLimit(userId, limit) {
      if (limit !== null) requireAmount(limit, 0)
      const now = new Date(clock.now())
      await openAccount(db, userId, monthOf(clock.now()), now)
      await setMonthlyLimit(db, userId, limit, now)
    },

    async audit(userId) {
      const { account, sum } = await db
        .transaction()
        .setIsolationLevel('repeatable read')
        .execute(async (tx) => ({
          account: toBalance(await findAccount(tx, userId)),
          sum: await sumEntries(tx, userId),
        }))
      return { equal: account.balance === sum.balance && account.held === sum.held, account, sum }
    },
  }
}

const toCredits = (microcredits: number): string =>
  (microcredits / microcreditsPerCredit).toLocaleString('en', { maximumFractionDigits: 6 })

/** A date column comes as local midnight. */
const toDay = (date: Date): string => {
  const pad = (value: number): string => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`
}
