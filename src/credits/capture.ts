import { AppError } from '../errors.ts'
import type { Acts, LedgerTransaction } from './acts.ts'
import { findEntry, lockHold, updateHold } from './ledger.store.ts'

export interface Charge {
  readonly holdId: string
  /** Microcredits; at most what remains of the hold: nobody pays more than was shown before. */
  readonly amount: number
  readonly provider: string
  readonly model: string
  readonly reason: string
  readonly breakdown: Readonly<Record<string, unknown>>
  readonly idempotencyKey: string
}

/** Takes from a reservation; told again, it answers what was taken. Errors: `not-found`, `conflict` when it has ended. */
export const capture = async (
  tx: LedgerTransaction,
  { act }: Pick<Acts, 'act'>,
  charge: Charge,
): Promise<{ captured: number }> => {
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
