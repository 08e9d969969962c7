import type { Clock } from '../../../lib/clock.ts'

/** `wait` resolves at the given time, when the bell is rung, or at the end. */
export const createBell = (clock: Clock, ending: AbortSignal) => {
  let ring: () => void = () => {}
  return {
    ring: () => ring(),
    async wait(durationMs: number): Promise<void> {
      const done = new AbortController()
      const slept = clock.sleep(durationMs, AbortSignal.any([ending, done.signal])).catch(() => {})
      await Promise.race([slept, new Promise<void>((resolve) => (ring = resolve))])
      done.abort()
    },
  }
}
