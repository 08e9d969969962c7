/**
 * Measures both arms as requests end. Sums are held for a moment and then added to the database; a process that is killed
 * loses at most that moment, of both arms alike.
 *
 * Each request counts once, by its first attempt: how often it is tried again depends on more than the model.
 */
import { LRUCache } from 'lru-cache'
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import { ERRORS } from '../../errors.ts'
import type { AttemptRecord, Meter } from '../../gateway/index.ts'
import type { Logger } from '../../lib/logger.ts'
import { addArms, emptyArm, observe, type ArmName, type ArmSums } from './arm.ts'
import { addMeasurement, type Place } from './measurements.store.ts'

export const LABELS = { rollout: 'rollout', arm: 'rolloutArm', stage: 'rolloutStage', model: 'rolloutModel' } as const

const HOUR_MS = 3_600_000
/** Requests under way at once, with room to spare. */
const REMEMBERED_REQUESTS = 20_000

interface Waiting {
  readonly place: Place
  readonly sums: ArmSums
}

export interface Measuring {
  readonly meter: Meter
  /** Writes what waits. */
  flush(): Promise<void>
}

/** Null for what says nothing about the model: the caller's fault, ours, a call that was never made. */
const outcomeOf = ({ outcome, errorCode }: AttemptRecord): 'answered' | 'failed' | null => {
  if (outcome === 'answered') return 'answered'
  if (outcome !== 'failed' || errorCode === null) return null
  return ERRORS[errorCode].blame === 'provider' ? 'failed' : null
}

export const createMeasuring = (deps: {
  readonly db: Kysely<Database>
  readonly logger: Pick<Logger, 'warn'>
}): Measuring => {
  const { db, logger } = deps
  const counted = new LRUCache<string, true>({ max: REMEMBERED_REQUESTS })
  let waiting = new Map<string, Waiting>()

  const record = (attempt: AttemptRecord): void => {
    const {
      [LABELS.rollout]: rolloutId,
      [LABELS.arm]: arm,
      [LABELS.stage]: stage,
      [LABELS.model]: model,
    } = attempt.labels
    if (rolloutId === undefined || `${attempt.provider}/${attempt.model}` !== model) return
    const outcome = outcomeOf(attempt)
    if (outcome === null || counted.has(attempt.requestId)) return
    counted.set(attempt.requestId, true)
    const endedMs = attempt.startedAtMs + attempt.durationMs
    const hour = new Date(Math.floor(endedMs / HOUR_MS) * HOUR_MS)
    const place: Place = { rolloutId, arm: arm as ArmName, stage: Number(stage), hour }
    const key = JSON.stringify(place)
    const { durationMs, costMicrocents } = attempt
    const sums = observe(waiting.get(key)?.sums ?? emptyArm(), {
      failed: outcome === 'failed',
      durationMs,
      costMicrocents,
    })
    waiting.set(key, { place, sums })
  }
  return {
    meter: { record },
    async flush() {
      const batch = waiting
      waiting = new Map()
      for (const [key, { place, sums }] of batch)
        await addMeasurement(db, place, sums).catch((error: unknown) => {
          logger.warn({ error, rolloutId: place.rolloutId }, 'Measurements of a rollout are kept for later')
          const since = waiting.get(key)?.sums
          waiting.set(key, { place, sums: since === undefined ? sums : addArms(sums, since) })
        })
    },
  }
}
