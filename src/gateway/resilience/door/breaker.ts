/**
 * A circuit breaker: keeps calls from a target that fails, and finds out with single probes when it is back.
 *
 * It knows no errors; `recordsAs` in `blame.ts` decides what counts as a failure. While open nothing passes; once the
 * open time is over one probe passes at a time. A probe that neither succeeds nor fails within one more open time is
 * taken for lost, so that a hanging probe cannot keep a recovered target shut; like a failed one it makes the time longer.
 * A target that nobody calls finds nothing out: what was seen of it is forgotten in time, and it is closed again.
 */
import type { BreakerPolicy } from '../policy.ts'

export type BreakerState = 'closed' | 'open' | 'half-open'

/** Leave to make one call. Exactly one of the three must be called, once; later calls do nothing. */
export interface Permit {
  success(): void
  failure(weight?: number): void
  /** The call was not made after all. (One that was cancelled calls nothing: as a probe it is lost.) */
  release(): void
}

export interface Breaker {
  state(): BreakerState
  /** Whether a call would get a permit now. */
  canPass(): boolean
  tryPass(): Permit | null
  /** Milliseconds until the next call may pass; 0 when one may now. */
  waitMs(): number
}

interface Memory {
  openedAtMs: number | null
  openForMs: number
  probeAtMs: number | null
  consecutive: number
  outcomes: { readonly atMs: number; readonly failed: boolean }[]
  /** Counts openings and closings: what a call reports is only news in the era in which it started. */
  era: number
}

/** Enough to judge a rate, little enough to forget. */
const REMEMBERED_OUTCOMES = 40

const failingOften = (memory: Memory, nowMs: number, policy: BreakerPolicy): boolean => {
  const recent = memory.outcomes.filter((outcome) => nowMs - outcome.atMs <= policy.windowMs)
  const failed = recent.filter((outcome) => outcome.failed).length
  return recent.length >= policy.minimumCalls && failed / recent.length >= policy.failureRate
}

export const createBreaker = (deps: { readonly now: () => number; readonly policy: BreakerPolicy }): Breaker => {
  const { now, policy } = deps
  const fresh = (): Memory => ({
    openedAtMs: null,
    openForMs: policy.openMs,
    probeAtMs: null,
    consecutive: 0,
    outcomes: [],
    era: 0,
  })
  let memory = fresh()

  const open = (openForMs: number): void => {
    // Counted from the start of a failed probe: one that hung must not double the time to the next.
    memory.openedAtMs = memory.probeAtMs ?? now()
    memory.openForMs = openForMs
    memory.probeAtMs = null
    memory.consecutive = 0
    memory.outcomes = []
    memory.era += 1
  }
  const longer = (openForMs: number): number => Math.min(policy.longestOpenMs, openForMs * 2)
  const remember = (failed: boolean): void => {
    memory.outcomes.push({ atMs: now(), failed })
    if (memory.outcomes.length > REMEMBERED_OUTCOMES) memory.outcomes.shift()
  }
  const succeed = (era: number): void => {
    if (era !== memory.era) return
    if (memory.openedAtMs !== null) memory = { ...fresh(), era: memory.era + 1 }
    else {
      memory.consecutive = 0
      remember(false)
    }
  }
  const fail = (era: number, weight: number): void => {
    if (era !== memory.era) return
    if (memory.openedAtMs !== null) return open(longer(memory.openForMs))
    memory.consecutive += weight
    remember(true)
    if (memory.consecutive >= policy.consecutiveFailures || failingOften(memory, now(), policy)) open(policy.openMs)
  }
  const waitMs = (): number => {
    if (memory.openedAtMs === null) return 0
    const sinceMs = memory.probeAtMs ?? memory.openedAtMs
    const waitedMs = now() - sinceMs - memory.openForMs
    if (waitedMs >= policy.forgetMs) memory = { ...fresh(), era: memory.era + 1 }
    return Math.max(0, -waitedMs)
  }
  const state = (): BreakerState => {
    const leftMs = waitMs()
    if (memory.openedAtMs === null) return 'closed'
    return memory.probeAtMs !== null || leftMs === 0 ? 'half-open' : 'open'
  }
  const createPermit = (era: number): Permit => {
    let used = false
    const once = (run: () => void): void => {
      if (used) return
      used = true
      run()
    }
    return {
      success: () => once(() => succeed(era)),
      failure: (weight = 1) => once(() => fail(era, weight)),
      release: () => once(() => void (era === memory.era && (memory.probeAtMs = null))),
    }
  }

  return {
    state,
    canPass: () => waitMs() === 0,
    tryPass() {
      if (waitMs() > 0) return null
      if (memory.openedAtMs !== null) {
        // A new probe is a new era: an answer of a lost one no longer decides anything.
        memory.era += 1
        if (memory.probeAtMs !== null) memory.openForMs = longer(memory.openForMs)
        memory.probeAtMs = now()
      }
      return createPermit(memory.era)
    },
    waitMs,
  }
}
