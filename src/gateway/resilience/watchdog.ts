/**
 * The time limits of one attempt, as one alarm that is moved on with each sign of life.
 *
 * Moving it costs a comparison and no timer, since a stream moves it with every event.
 */
import { AppError } from '../../errors.ts'
import { sayAlone, type ReasonCode } from '../../reasons.ts'
import type { Clock } from '../../lib/clock.ts'
import type { TimeLimits } from './policy.ts'

export type Phase = 'connect' | 'headers' | 'first-token' | 'gap' | 'total'

export interface Watchdog {
  /** A connection is sought, or taken. */
  sawConnection(state: 'opening' | 'open'): void
  /** Response headers are there. */
  sawHeaders(): void
  /** Content came. */
  sawContent(): void
  /** Waiting is the caller's doing now (it has not asked for the next part): no gap is counted until `resume`. */
  pause(): void
  resume(): void
  stop(): void
}

const PHASE_REASONS = {
  connect: 'no-connection',
  headers: 'no-answer',
  'first-token': 'no-content',
  gap: 'stopped-sending',
  total: 'not-done',
} as const satisfies Readonly<Record<Phase, ReasonCode>>

/** One for all: an abort without a reason makes an exception with a stack, which costs more than the rest of the watch. */
const STOPPED = new Error('the watch is over')

const timeoutError = (phase: Phase, limitMs: number): AppError =>
  new AppError(
    phase === 'connect' ? 'provider-unreachable' : 'provider-timeout',
    sayAlone(PHASE_REASONS[phase], { seconds: limitMs / 1_000 }),
    {
      details: { phase, limitMs },
    },
  )

/** Calls `onTimeout` once when a limit is over. `stream` tells whether content is expected in pieces. */
export const createWatchdog = (deps: {
  readonly clock: Clock
  readonly limits: TimeLimits
  readonly stream: boolean
  readonly onTimeout: (error: AppError) => void
}): Watchdog => {
  const { clock, limits, stream } = deps
  const startedAtMs = clock.now()
  const totalAtMs = limits.totalMs > 0 ? startedAtMs + limits.totalMs : Number.POSITIVE_INFINITY
  let stopped = false
  let phase: Phase = 'headers'
  let limitMs = limits.headersMs
  let dueAtMs = limits.headersMs > 0 ? startedAtMs + limits.headersMs : Number.POSITIVE_INFINITY
  let connectAtMs = Number.POSITIVE_INFINITY
  // As if a connection were sought from the start: the alarm need not be moved for the one that is.
  let firstAlarmMs = limits.connectMs > 0 ? startedAtMs + limits.connectMs : Number.POSITIVE_INFINITY
  let rearm = new AbortController()
  let alarmAtMs = 0
  let paused = false

  const soonest = (): number => Math.min(dueAtMs, totalAtMs, connectAtMs)
  const rearmIfSooner = (): void => {
    if (soonest() < alarmAtMs) rearm.abort(STOPPED)
  }
  const move = (to: Phase, forMs: number, fromMs: number): void => {
    phase = to
    limitMs = forMs
    dueAtMs = forMs > 0 ? fromMs + forMs : Number.POSITIVE_INFINITY
    rearmIfSooner()
  }
  const expired = (): AppError | null => {
    if (clock.now() >= totalAtMs) return timeoutError('total', limits.totalMs)
    if (clock.now() >= connectAtMs) return timeoutError('connect', limits.connectMs)
    return !paused && clock.now() >= dueAtMs ? timeoutError(phase, limitMs) : null
  }
  const watch = async (): Promise<void> => {
    while (!stopped) {
      alarmAtMs = Math.min(firstAlarmMs, paused ? Math.min(clock.now() + limits.gapMs, totalAtMs) : soonest())
      firstAlarmMs = Number.POSITIVE_INFINITY
      if (alarmAtMs === Number.POSITIVE_INFINITY) alarmAtMs = clock.now() + 60_000
      rearm = new AbortController()
      try {
        await clock.sleep(Math.max(1, alarmAtMs - clock.now()), rearm.signal)
      } catch {
        continue
      }
      const error = expired()
      if (error === null) continue
      stopped = true
      deps.onTimeout(error)
    }
  }
  void watch()

  return {
    sawConnection(state) {
      const isWatched = state === 'opening' && limits.connectMs > 0
      connectAtMs = isWatched ? clock.now() + limits.connectMs : Number.POSITIVE_INFINITY
      rearmIfSooner()
    },
    sawHeaders() {
      if (stream && phase === 'headers') move('first-token', limits.firstTokenMs, startedAtMs)
    },
    sawContent: () => move('gap', limits.gapMs, clock.now()),
    pause() {
      paused = true
    },
    resume() {
      paused = false
      if (phase === 'gap') dueAtMs = limits.gapMs > 0 ? clock.now() + limits.gapMs : dueAtMs
    },
    stop() {
      stopped = true
      rearm.abort(STOPPED)
    },
  }
}
