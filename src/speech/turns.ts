/** Lets callers in one after another, in the order they came; one that stops waiting leaves the line. */
import { cancelledError } from './cancelled.ts'

export interface Turns {
  /** Resolves when it is the caller's turn, with the function that ends it. Rejects with `cancelled` on abort. */
  enter(signal: AbortSignal): Promise<() => void>
}

export const createTurns = (): Turns => {
  const waiting: (() => void)[] = []
  let busy = false
  const next = (): void => {
    const first = waiting.shift()
    if (first === undefined) busy = false
    else first()
  }
  const once = (run: () => void): (() => void) => {
    let done = false
    return () => {
      if (!done) run()
      done = true
    }
  }
  return {
    enter: (signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(cancelledError(signal))
        if (!busy) {
          busy = true
          return resolve(once(next))
        }
        const onAbort = (): void => {
          waiting.splice(waiting.indexOf(start), 1)
          reject(cancelledError(signal))
        }
        const start = (): void => {
          signal.removeEventListener('abort', onAbort)
          resolve(once(next))
        }
        waiting.push(start)
        signal.addEventListener('abort', onAbort, { once: true })
      }),
  }
}
