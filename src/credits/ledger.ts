/**
 * Credits: reserve before the work, take what was really used after it, give the rest back.
 *
 * An append-only ledger. Each act carries an idempotency key: told twice it happens once and answers the same, so a
 * crash between an act and its answer costs nobody anything. Balances are kept beside the ledger and always equal its
 * sum. Knows no model prices; amounts are whole microcredits (1 credit = 1 000 000).
 */
import type { Kysely } from 'kysely'
import { AppError } from '../errors.ts'
import type { CreditTables } from '../db/tables/credits.ts'
import type { Clock } from '../lib/clock.ts'
import { createActs, monthOf, REPEATED, requireAmount, type Balance, type LedgerTransaction } from './acts.ts'
import {
  expiredHolds,
  extendHold,
  findEntry,
  findOpenHold,
  insertHold,
  lockHold,
  openAccount,
  setMonthlyLimit,
  sumEntries,
  updateHold,
} from './ledger.store.ts'

export type { Balance } from './acts.ts'

export interface Reservation {
  readonly userId: string
  readonly amount: number
  readonly operation: string
  readonly transcriptionId?: string
  /** What it is for: while a reservation for it is open, another one goes on with that. */
  readonly workId?: string
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
  readonly breakdown?: Readonly<Record<string, unknown>>
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

export const createLedger = ({ db, clock, newId }: LedgerDeps): Ledger => {
  const acts = createActs({ clock, newId })
  const { act, endHold } = acts

  /** Runs once per key; `again` answers for a repetition. */
  const once = async <Value>(
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

  const end = (holdId: string, status: 'settled' | 'expired', reason: string): Promise<boolean> =>
    db.transaction().execute(async (tx) => {
      const hold = await lockHold(tx, holdId)
      if (hold?.status !== 'open') return false
      if (status === 'expired' && hold.expires_at.getTime() > clock.now()) return false
      await endHold(tx, hold, status, reason)
      return true
    })

  const captureOnce = async (tx: LedgerTransaction, charge: Charge): Promise<{ captured: number }> => {
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
    balance: (userId) => acts.balance(db, userId),

    async grant({ userId, amount, reason, madeBy, idempotencyKey, breakdown = {} }) {
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
        breakdown,
      } as const
      await once(
        (tx) => act(tx, { entry }),
        () => Promise.resolve(),
      )
    },

    async hold({ userId, amount, operation, transcriptionId, workId, reason, idempotencyKey, ttlMs }) {
      requireAmount(amount, 0)
      const holdId = newId()
      const now = clock.now()
      const expires_at = new Date(now + ttlMs)
      const goOn = async (): Promise<{ holdId: string } | undefined> => {
        const known = workId === undefined ? undefined : await findOpenHold(db, workId)
        return known !== undefined && (await extendHold(db, known.id, expires_at)) ? { holdId: known.id } : undefined
      }
      const work = async (tx: LedgerTransaction): Promise<{ holdId: string }> => {
        const transcription_id = transcriptionId ?? null
        const work_id = workId ?? null
        // The reservation before the account, as everywhere: two transactions that wait for each other would be ended.
        const isNew = await insertHold(tx, {
          id: holdId,
          user_id: userId,
          amount,
          remaining: amount,
          status: 'open',
          operation,
          transcription_id,
          work_id,
          expires_at,
          created_at: new Date(now),
        })
        if (!isNew) throw REPEATED
        await act(tx, {
          entry: {
            user_id: userId,
            kind: 'hold',
            balance_delta: 0,
            held_delta: amount,
            hold_id: holdId,
            operation,
            transcription_id,
            work_id,
            idempotency_key: idempotencyKey,
            reason,
          },
          isReservation: true,
        })
        return { holdId }
      }
      return (
        (await goOn()) ??
        once(work, async () => (await goOn()) ?? { holdId: (await findEntry(db, idempotencyKey))?.hold_id ?? holdId })
      )
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
          account: await acts.balance(tx, userId),
          sum: await sumEntries(tx, userId),
        }))
      return { equal: account.balance === sum.balance && account.held === sum.held, account, sum }
    },
  }
}
