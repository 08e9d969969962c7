/** From "so many seconds done" to speed and time left. Pure but for the clock it is given. */
import type { Progress, StepName } from '../types.ts'

/** Before this the speed says more about the start than about the work. */
const FIRST_ESTIMATE_MS = 1_000

export interface ProgressMeter {
  /** The progress after so many seconds of the recording. */
  at(doneSecond: number): Progress
}

/** @param startSecond what was done before, for example by a process that died: it counts as done, not as speed. */
export const createProgressMeter = (of: {
  readonly step: StepName
  readonly totalSecond: number | null
  readonly startSecond: number
  readonly now: () => number
}): ProgressMeter => {
  const startedAtMs = of.now()
  return {
    at(doneSecond) {
      const elapsedMs = of.now() - startedAtMs
      const handled = doneSecond - of.startSecond
      const speed = elapsedMs >= FIRST_ESTIMATE_MS && handled > 0 ? (handled * 1000) / elapsedMs : null
      const left = of.totalSecond === null ? null : Math.max(0, of.totalSecond - doneSecond)
      return {
        step: of.step,
        doneSecond,
        totalSecond: of.totalSecond,
        speed,
        etaSecond: speed === null || left === null ? null : left / speed,
        queuePosition: null,
      }
    },
  }
}
