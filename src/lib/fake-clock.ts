/** A clock that stands still until a test moves it. */
import type { Clock } from './clock.ts'

export interface FakeClock extends Clock {
  /** Moves time forward, waking sleepers in the order of their alarms and letting their work run in between. */
  advance(durationMs: number): Promise<void>
  /** How many sleepers wait now. */
  readonly sleeping: number
}

interface Sleeper {
  readonly wakeAtMs: number
  wake(): void
}

/** Lets promise callbacks that are ready run; several turns, as one await may lead to the next. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

export const createFakeClock = (startMs = 0): FakeClock => {
  let nowMs = startMs
  const sleepers = new Set<Sleeper>()
  const nextDue = (untilMs: number): Sleeper | undefined =>
    [...sleepers].filter((sleeper) => sleeper.wakeAtMs <= untilMs).sort((a, b) => a.wakeAtMs - b.wakeAtMs)[0]

  return {
    now: () => nowMs,
    sleep: (durationMs, signal) =>
      new Promise<void>((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason as Error)
        const onAbort = (): void => {
          sleepers.delete(sleeper)
          reject(signal?.reason as Error)
        }
        const sleeper: Sleeper = {
          wakeAtMs: nowMs + Math.max(0, durationMs),
          wake() {
            sleepers.delete(sleeper)
            signal?.removeEventListener('abort', onAbort)
            resolve()
          },
        }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', onAbort, { once: true })
      }),
    async advance(durationMs) {
      await settle()
      const untilMs = nowMs + durationMs
      for (let due = nextDue(untilMs); due !== undefined; due = nextDue(untilMs)) {
        nowMs = Math.max(nowMs, due.wakeAtMs)
        due.wake()
        await settle()
      }
      nowMs = untilMs
    },
    get sleeping() {
      return sleepers.size
    },
  }
}
