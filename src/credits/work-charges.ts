/**
 * Charges for a piece of work, in the transaction that delivers what was made: it is there and paid, or neither.
 *
 * A part is paid once, whoever tells how often; all parts together never take more than was reserved. Should the
 * reservation be gone (a process that slept for longer than it lasts), what the parts cost is reserved anew; when that is
 * refused, they are a gift: work that is done is never withheld for our own lateness.
 */
import type { Clock } from '../lib/clock.ts'
import { createActs, type LedgerTransaction } from './acts.ts'
import {
  deleteHold,
  findOpenHold,
  insertEntries,
  insertHold,
  knownKeys,
  lockHold,
  lockOpenHolds,
  updateHold,
  type StoredHold,
} from './ledger.store.ts'

/** Whose work it is, and which. */
export interface WorkName {
  readonly userId: string
  readonly transcriptionId: string
  readonly workId: string
  readonly operation: string
}

export interface PartCharge {
  /** Names the part in all tries at this work. */
  readonly key: string
  /** Microcredits. */
  readonly amount: number
  readonly provider: string
  readonly model: string
  readonly reason: string
  readonly breakdown: Readonly<Record<string, unknown>>
  /** Null is unknown. */
  readonly costMicrocents: number | null
}

export interface WorkCharges {
  /** Takes for parts that are stored in the same transaction. Returns the microcredits taken. */
  take(tx: LedgerTransaction, work: WorkName, parts: readonly PartCharge[]): Promise<number>
  /** Gives back what is still reserved: for one work, or for everything about a recording. */
  release(
    tx: LedgerTransaction,
    of: { readonly workId: string } | { readonly transcriptionId: string },
    reason: string,
  ): Promise<void>
}

/** In their order, until nothing is left. */
const within = (parts: readonly PartCharge[], limit: number): PartCharge[] => {
  let left = limit
  return parts.map((part) => {
    const amount = Math.min(part.amount, left)
    left -= amount
    return amount === part.amount ? part : { ...part, amount, breakdown: { ...part.breakdown, capped: true } }
  })
}

const sumOf = (parts: readonly PartCharge[]): number => parts.reduce((sum, { amount }) => sum + amount, 0)

export const createWorkCharges = (deps: { readonly clock: Clock; readonly newId: () => string }): WorkCharges => {
  const { clock, newId } = deps
  const acts = createActs(deps)

  const reserveAnew = async (
    tx: LedgerTransaction,
    work: WorkName,
    amount: number,
  ): Promise<StoredHold | undefined> => {
    const now = new Date(clock.now())
    const id = newId()
    const names = { user_id: work.userId, operation: work.operation, transcription_id: work.transcriptionId }
    const hold = { id, ...names, work_id: work.workId, amount, remaining: amount, created_at: now, expires_at: now }
    // The reservation before the account, as everywhere: two transactions that wait for each other would be ended.
    if (!(await insertHold(tx, { ...hold, status: 'open' })))
      throw new Error('The same work was reserved for meanwhile')
    const effect = { balanceDelta: 0, heldDelta: amount, isReservation: true }
    if (!(await acts.change(tx, work.userId, effect))) {
      await deleteHold(tx, id)
      return undefined
    }
    const entry = {
      ...names,
      kind: 'hold' as const,
      balance_delta: 0,
      held_delta: amount,
      hold_id: id,
      work_id: work.workId,
      idempotency_key: `hold:${id}`,
      reason: 'The reservation had expired before the work was done',
    }
    await insertEntries(tx, [acts.toEntry(entry)])
    return { ...hold, status: 'open' }
  }

  const openHold = async (tx: LedgerTransaction, work: WorkName, needed: number): Promise<StoredHold | undefined> => {
    const known = await findOpenHold(tx, work.workId)
    const locked = known === undefined ? undefined : await lockHold(tx, known.id)
    return locked?.status === 'open' ? locked : reserveAnew(tx, work, needed)
  }

  return {
    async take(tx, work, parts) {
      const byKey = new Map(parts.map((part) => [part.key, part]))
      const known = await knownKeys(tx, [...byKey.keys()])
      const fresh = [...byKey.values()].filter(({ key }) => !known.has(key))
      if (fresh.length === 0) return 0
      const hold = await openHold(tx, work, sumOf(fresh))
      const paid = within(fresh, hold?.remaining ?? 0)
      const { userId: user_id, transcriptionId: transcription_id, workId: work_id, operation } = work
      const entries = paid.map(({ key, amount, costMicrocents, ...rest }) =>
        acts.toEntry({
          ...rest,
          user_id,
          transcription_id,
          work_id,
          operation,
          kind: 'capture',
          hold_id: hold?.id ?? null,
          balance_delta: -amount,
          held_delta: -amount,
          idempotency_key: key,
          cost_microcents: costMicrocents,
          cost_unknown: costMicrocents === null,
        }),
      )
      const inserted = await insertEntries(tx, entries)
      const taken = sumOf(paid.filter(({ key }) => inserted.has(key)))
      if (hold === undefined || taken === 0) return taken
      await updateHold(tx, hold.id, { remaining: hold.remaining - taken, status: 'open' })
      const effect = { balanceDelta: -taken, heldDelta: -taken, spent: taken }
      if (!(await acts.change(tx, user_id, effect))) throw new Error('An account holds less than is reserved of it')
      return taken
    },
    async release(tx, of, reason) {
      for (const hold of await lockOpenHolds(tx, of)) await acts.endHold(tx, hold, 'settled', reason)
    },
  }
}
