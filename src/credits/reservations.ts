/** Reservations from their beginning to their end: settled, or given back when nobody prolongs them. */
import type { Kysely } from 'kysely'
import type { CreditTables } from '../db/tables/credits.ts'
import type { Clock } from '../lib/clock.ts'
import { once, REPEATED, requireAmount, type Acts, type LedgerTransaction } from './acts.ts'
import { expiredHolds, extendHold, findEntry, findOpenHold, insertHold, lockHold } from './ledger.store.ts'

export interface Reservation {
  readonly userId: string
  /** Microcredits. */
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

export interface Reservations {
  /** Reserves. Errors: `insufficient-credits`, `budget-exceeded`; nothing is reserved then. */
  hold(reservation: Reservation): Promise<{ holdId: string }>
  /** The same in a transaction of the caller's, for work that is new with it. */
  reserve(tx: LedgerTransaction, reservation: Reservation): Promise<void>
  /** Ends a reservation; what remains is free again. Told twice, or after the sweep, it does nothing. */
  release(holdId: string, reason: string): Promise<void>
  /** False when the hold has ended meanwhile. */
  extend(holdId: string, ttlMs: number): Promise<boolean>
  /** Gives back what expired; returns how many holds that were. */
  sweep(): Promise<number>
}

export interface ReservationDeps {
  readonly db: Kysely<CreditTables>
  readonly clock: Clock
  readonly newId: () => string
  readonly acts: Acts
}

/** Of one sweep; the next one goes on. */
const MOST_SWEPT = 1000
const LATE = 'The work did not come to an end in time; nothing was charged for the rest'

export const createReservations = ({ db, clock, newId, acts }: ReservationDeps): Reservations => {
  const end = (holdId: string, status: 'settled' | 'expired', reason: string): Promise<boolean> =>
    db.transaction().execute(async (tx) => {
      const hold = await lockHold(tx, holdId)
      if (hold?.status !== 'open') return false
      if (status === 'expired' && hold.expires_at.getTime() > clock.now()) return false
      await acts.endHold(tx, hold, status, reason)
      return true
    })

  /** What an earlier try at the same work reserved lasts on. */
  const goOn = async (workId: string | undefined, expiresAt: Date): Promise<{ holdId: string } | undefined> => {
    const known = workId === undefined ? undefined : await findOpenHold(db, workId)
    return known !== undefined && (await extendHold(db, known.id, expiresAt)) ? { holdId: known.id } : undefined
  }

  const begin = async (tx: LedgerTransaction, asked: Reservation, holdId: string): Promise<{ holdId: string }> => {
    const { userId: user_id, amount, operation, transcriptionId: transcription_id = null, workId = null } = asked
    const { reason, idempotencyKey: idempotency_key, ttlMs } = asked
    const now = clock.now()
    const names = { user_id, operation, transcription_id, work_id: workId }
    const times = { created_at: new Date(now), expires_at: new Date(now + ttlMs) }
    // The reservation before the account, as everywhere: two transactions that wait for each other would be ended.
    const isNew = await insertHold(tx, { ...names, ...times, id: holdId, amount, remaining: amount, status: 'open' })
    if (!isNew) throw REPEATED
    const deltas = { balance_delta: 0, held_delta: amount }
    const entry = { ...names, ...deltas, kind: 'hold' as const, hold_id: holdId, idempotency_key, reason }
    await acts.act(tx, { entry, isReservation: true })
    return { holdId }
  }

  return {
    async hold(reservation) {
      requireAmount(reservation.amount, 0)
      const { workId, ttlMs, idempotencyKey } = reservation
      const holdId = newId()
      const expiresAt = new Date(clock.now() + ttlMs)
      const first = await goOn(workId, expiresAt)
      if (first !== undefined) return first
      return once(
        db,
        (tx) => begin(tx, reservation, holdId),
        async () =>
          (await goOn(workId, expiresAt)) ?? { holdId: (await findEntry(db, idempotencyKey))?.hold_id ?? holdId },
      )
    },
    async reserve(tx, reservation) {
      requireAmount(reservation.amount, 0)
      await begin(tx, reservation, newId())
    },
    async release(holdId, reason) {
      await end(holdId, 'settled', reason)
    },
    extend: (holdId, ttlMs) => extendHold(db, holdId, new Date(clock.now() + ttlMs)),
    async sweep() {
      let ended = 0
      for (const { id } of await expiredHolds(db, new Date(clock.now()), MOST_SWEPT))
        if (await end(id, 'expired', LATE)) ended += 1
      return ended
    },
  }
}
