/** Time as a dependency, so that waits can be tested without waiting. */
export interface Clock {
  /** Milliseconds since 1970, as `Date.now`. */
  now(): number
  /** Resolves after `durationMs`; rejects with the signal's reason at once when it is aborted. */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>
}

/** Node turns longer timers into 1 ms; a longer wait is slept in pieces. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

const sleepOnce = (durationMs: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer)
      reject(signal?.reason as Error)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, durationMs)
    signal?.addEventListener('abort', onAbort, { once: true })
  })

export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  sleep(durationMs: number, signal?: AbortSignal) {
    if (signal?.aborted) return Promise.reject(signal.reason as Error)
    if (durationMs <= LONGEST_TIMER_MS) return sleepOnce(Math.max(0, durationMs), signal)
    return sleepOnce(LONGEST_TIMER_MS, signal).then(() => systemClock.sleep(durationMs - LONGEST_TIMER_MS, signal))
  },
})
