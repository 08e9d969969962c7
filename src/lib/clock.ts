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
  async sleep(durationMs: number, signal?: AbortSignal) {
    signal?.throwIfAborted()
    let leftMs = Math.max(0, durationMs)
    while (leftMs > LONGEST_TIMER_MS) {
      await sleepOnce(LONGEST_TIMER_MS, signal)
      leftMs -= LONGEST_TIMER_MS
    }
    await sleepOnce(leftMs, signal)
  },
})
