/** Work that is refused for want of credits or budget stands in the error log, though no model was called for it. */
import { AppError } from '../errors.ts'
import type { OnRefusal } from '../gateway/index.ts'
import type { Clock } from '../lib/clock.ts'
import type { Charging, ChargeOrder } from '../transcription/charging.ts'

const REFUSALS: readonly string[] = ['insufficient-credits', 'budget-exceeded']

interface Dependencies {
  readonly refuse: OnRefusal
  readonly clock: Clock
}

/** A recording is heard, everything else is written. */
const kindOf = ({ operation }: ChargeOrder): 'transcribe' | 'chat' =>
  operation === 'transcription' ? 'transcribe' : 'chat'

export const withNotedRefusals = (charging: Charging, { refuse, clock }: Dependencies): Charging => {
  const noted = async <Result>(order: ChargeOrder, work: Promise<Result>): Promise<Result> => {
    try {
      return await work
    } catch (error) {
      if (error instanceof AppError && REFUSALS.includes(error.code)) {
        const { userId, transcriptionId, operation, model, size, workId } = order
        refuse({
          requestId: workId,
          operation: kindOf(order),
          labels: { userId, transcriptionId, operation },
          asked: model,
          atMs: clock.now(),
          error,
          request: { model, ...size },
        })
      }
      throw error
    }
  }
  return {
    ...charging,
    async openFor(userId) {
      const reserve = await charging.openFor(userId)
      return (db, order) => noted(order, reserve(db, order))
    },
    begin: (order) => noted(order, charging.begin(order)),
  }
}
