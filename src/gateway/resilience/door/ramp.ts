/**
 * Lets load grow at a model no faster than the model shows life.
 *
 * A breaker learns from calls that ended; a thousand calls that start in the moment a model dies would all pass it.
 * So the number of unanswered calls is bounded: a few at first, one more with each sign of life while the bound is
 * felt (which doubles it every round), and the first few again after a pause. Without any sign of life patience lets one
 * more in now and then, twice as late each time: a slow model is not shut out, a silent one not flooded.
 */
import type { RampPolicy } from '../policy.ts'

/** A place among the unanswered calls. `alive` frees it and widens the ramp, `leave` only frees it; once. */
export interface RampPlace {
  alive(): void
  leave(failed: boolean): void
}

export interface Ramp {
  tryEnter(): RampPlace | null
  /** Resolves when it is worth to try again. The caller ends the wait by its signal. */
  whenChanged(signal: AbortSignal): Promise<void>
  /** Milliseconds until patience lets one more in; only while full. */
  patienceLeftMs(): number
}

export const createRamp = (deps: { readonly now: () => number; readonly policy: RampPolicy }): Ramp => {
  const { now, policy } = deps
  let bound = policy.initialCalls
  let unanswered = 0
  /** Signs of life that still widen the ramp: as many as were under way when it was last full. */
  let growth = 0
  /** How often patience let one in since the last sign of life. */
  let waits = 0
  let lastChangeMs = now()
  const waiting = new Set<() => void>()

  const wake = (count: number): void => {
    for (const resume of [...waiting].slice(0, count)) resume()
  }
  const free = (): void => {
    unanswered -= 1
    lastChangeMs = now()
  }
  const forgetWhenIdle = (): void => {
    if (unanswered > 0 || now() - lastChangeMs < policy.idleMs) return
    bound = policy.initialCalls
    growth = 0
    waits = 0
  }
  const createPlace = (): RampPlace => {
    let used = false
    return {
      alive() {
        if (used) return
        used = true
        waits = 0
        if (growth > 0) {
          bound += 1
          growth -= 1
        }
        free()
        wake(2)
      },
      leave(failed) {
        if (used) return
        used = true
        if (failed) {
          bound = Math.max(policy.initialCalls, Math.floor(bound / 2))
          growth = 0
        }
        free()
        // After a failure everyone looks again, as the breaker may have opened.
        wake(failed ? waiting.size : 1)
      },
    }
  }
  const patienceLeftMs = (): number => Math.max(0, lastChangeMs + policy.patienceMs * 2 ** waits - now())

  return {
    tryEnter() {
      forgetWhenIdle()
      if (unanswered >= bound) {
        growth = bound
        if (patienceLeftMs() > 0) return null
        waits += 1
        bound += 1
      }
      unanswered += 1
      lastChangeMs = now()
      return createPlace()
    },
    whenChanged: (signal) =>
      new Promise((resolve, reject) => {
        const onAbort = (): void => {
          waiting.delete(resume)
          reject(signal.reason as Error)
        }
        const resume = (): void => {
          waiting.delete(resume)
          signal.removeEventListener('abort', onAbort)
          resolve()
        }
        if (signal.aborted) return onAbort()
        waiting.add(resume)
        signal.addEventListener('abort', onAbort, { once: true })
      }),
    patienceLeftMs,
  }
}
