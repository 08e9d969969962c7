/** Bounded parallel work whose results are taken as they come. */

/**
 * Runs `work` on each item, at most `limit` at once, and yields results in the order they are ready. The first failure
 * stops the rest and is thrown; leaving the loop stops them too.
 */
export async function* inParallel<Item, Result>(
  items: readonly Item[],
  limit: number,
  signal: AbortSignal,
  work: (item: Item, signal: AbortSignal) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const leaving = new AbortController()
  const either = AbortSignal.any([signal, leaving.signal])
  const waiting = items.values()
  const running = new Map<number, Promise<{ key: number; result: Result }>>()
  let nextKey = 0

  const fill = (): void => {
    while (running.size < limit) {
      const { value: item, done } = waiting.next()
      if (done) return
      const key = nextKey++
      const promise = work(item, either).then((result) => ({ key, result }))
      // A failure beside the one that is thrown must not end the process as unhandled.
      promise.catch(() => {})
      running.set(key, promise)
    }
  }

  try {
    signal.throwIfAborted()
    fill()
    while (running.size > 0) {
      const { key, result } = await Promise.race(running.values())
      running.delete(key)
      signal.throwIfAborted()
      fill()
      yield result
    }
  } finally {
    leaving.abort()
    await Promise.allSettled(running.values())
  }
}
