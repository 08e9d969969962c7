import type { Clock } from '../../../lib/clock.ts'
import type { Logger } from '../../../lib/logger.ts'

const LOG_AGAIN_MS = 60_000

/** Counts what is lost, and says so now and then. */
export const createLosses = (clock: Clock, logger: Pick<Logger, 'error'>) => {
  let dropped = 0
  let toldMs = -Infinity
  return {
    count: () => dropped,
    add(count: number, why: string, error?: unknown): void {
      dropped += count
      if (clock.now() - toldMs < LOG_AGAIN_MS) return
      toldMs = clock.now()
      logger.error({ error, dropped }, `Records of calls to models are lost: ${why}`)
    },
  }
}

export type Losses = ReturnType<typeof createLosses>
