/**
 * Credits: reserve before the work, take what was really used after it, give the rest back.
 *
 * An append-only ledger. Each act carries an idempotency key: told twice it happens once and answers the same, so a
 * crash between an act and its answer costs nobody anything. Balances are kept beside the ledger and always equal its
 * sum. Knows no model prices; amounts are whole microcredits (1 credit = 1 000 000).
 */
import type { Kysely } from 'kysely'
import type { CreditTables } from '../db/tables/credits.ts'
import type { Clock } from '../lib/clock.ts'
import { createActs, monthOf, once, requireAmount, type Balance } from './acts.ts'
import { capture, type Charge } from './capture.ts'
import { openAccount, setMonthlyLimit, sumEntries } from './ledger.store.ts'
import { createReservations, type Reservations } from './reservations.ts'

export type { Balance } from './acts.ts'

export interface Gift {
  readonly userId: string
  /** Microcredits. Negative takes back; never more than is free. */
  readonly amount: number
  readonly reason: string
  readonly madeBy: string
  readonly idempotencyKey: string
  readonly breakdown?: Readonly<Record<string, unknown>>
}

export interface Ledger extends Reservations {
  balance(userId: string): Promise<Balance>
  /** Adds credits, or takes some back. Errors: `insufficient-credits` when more is taken than is free. */
  grant(gift: Gift): Promise<void>
  /** Takes a part of a reservation, as often as parts are delivered; returns what was taken. */
  capture(charge: Charge): Promise<{ captured: number }>
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
  return {
    ...createReservations({ db, clock, newId, acts }),

    balance: (userId) => acts.balance(db, userId),

    async grant({ userId, amount, reason, madeBy, idempotencyKey, breakdown = {} }) {
      requireAmount(Math.abs(amount), 1)
      const kind = amount > 0 ? 'grant' : 'adjust'
      const names = { user_id: userId, idempotency_key: idempotencyKey, made_by: madeBy }
      const entry = { ...names, kind, balance_delta: amount, held_delta: 0, reason, breakdown } as const
      await once(
        db,
        (tx) => acts.act(tx, { entry }),
        () => Promise.resolve(),
      )
    },

    async capture(charge) {
      requireAmount(charge.amount, 0)
      return db.transaction().execute((tx) => capture(tx, acts, charge))
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
