/** A fixed number of places; who finds none waits in line. */

export interface Slots {
  /** Resolves with the function that frees the place. Rejects with the signal's reason while waiting. */
  take(signal: AbortSignal): Promise<() => void>
}

export const createSlots = (count: number): Slots => {
  let free = count
  const line = new Set<() => void>()

  const release = (): void => {
    const [next] = line
    if (next === undefined) free += 1
    else {
      line.delete(next)
      next()
    }
  }
  const once = (): (() => void) => {
    let released = false
    return () => {
      if (released) return
      released = true
      release()
    }
  }

  return {
    async take(signal) {
      signal.throwIfAborted()
      if (free > 0) {
        free -= 1
        return once()
      }
      await new Promise<void>((resolve, reject) => {
        const onAbort = (): void => {
          line.delete(enter)
          reject(signal.reason as Error)
        }
        const enter = (): void => {
          signal.removeEventListener('abort', onAbort)
          resolve()
        }
        line.add(enter)
        signal.addEventListener('abort', onAbort, { once: true })
      })
      return once()
    },
  }
}
