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

export const withNotedRefusals = (charging: Charging, { refuse, clock }: Dependencies): Charging => ({
  ...charging,
  async begin(order) {
    try {
      return await charging.begin(order)
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
  },
})
