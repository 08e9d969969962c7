/** What is done now and then in every process: removing what is over, and reading lists and dates again. */
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'

export interface Chore {
  readonly name: string
  readonly everyMs: number
  run(signal: AbortSignal): Promise<void>
}

/** Runs each chore at once and then after each pause, until the signal is aborted. A failure waits for the next turn. */
export const keepHouse = (
  chores: readonly Chore[],
  deps: { clock: Clock; logger: Logger; signal: AbortSignal },
): void => {
  const { clock, logger, signal } = deps
  const repeat = async ({ name, everyMs, run }: Chore): Promise<void> => {
    while (!signal.aborted) {
      await run(signal).catch((error: unknown) => {
        if (!signal.aborted) logger.warn({ error, chore: name }, 'Housekeeping failed; it is tried again later')
      })
      await clock.sleep(everyMs, signal).catch(() => {})
    }
  }
  for (const chore of chores) void repeat(chore)
}
