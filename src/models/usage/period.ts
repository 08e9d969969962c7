/** Which rows answer a question about a period: its ends, and how fine its steps are. Pure. */
import { AppError } from '../../errors.ts'

export type Grain = 'minute' | 'hour' | 'day'

export interface AskedPeriod {
  readonly period: '1h' | '24h' | '7d' | '30d' | '90d'
  /** ISO times; both or the later end alone win over `period`. */
  readonly from?: string | undefined
  readonly to?: string | undefined
}

export interface Period {
  readonly fromMs: number
  /** Not within the period any more. */
  readonly toMs: number
  readonly grain: Grain
}

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
export const GRAIN_MS: Readonly<Record<Grain, number>> = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS }
const PERIOD_MS: Readonly<Record<AskedPeriod['period'], number>> = {
  '1h': HOUR_MS,
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
  '90d': 90 * DAY_MS,
}
const LONGEST_MS = 5 * 366 * DAY_MS
/** More points than this are not drawn, and not worth their time. */
const MOST_STEPS = 1_500
/** Up to here, hours are read where no grain is asked for; above, days. */
const HOURLY_UP_TO_MS = 49 * HOUR_MS
const MINUTELY_UP_TO_MS = 2 * HOUR_MS

/** The ends as they were asked for. Throws `invalid-request` for a period that is none. */
export const toSpan = (asked: AskedPeriod, nowMs: number): { fromMs: number; toMs: number } => {
  const toMs = asked.to === undefined ? nowMs : Date.parse(asked.to)
  const fromMs = asked.from === undefined ? toMs - PERIOD_MS[asked.period] : Date.parse(asked.from)
  if (fromMs >= toMs) throw new AppError('invalid-request', 'The period must begin before it ends')
  if (toMs - fromMs > LONGEST_MS) throw new AppError('invalid-request', 'Ask for a period of at most five years')
  return { fromMs, toMs }
}

const finestFor = (spanMs: number): Grain => {
  if (spanMs <= MINUTELY_UP_TO_MS) return 'minute'
  return spanMs <= HOURLY_UP_TO_MS ? 'hour' : 'day'
}

const moved = (fromMs: number, toMs: number, grain: Grain): Period => {
  const stepMs = GRAIN_MS[grain]
  return { fromMs: Math.floor(fromMs / stepMs) * stepMs, toMs: Math.ceil(toMs / stepMs) * stepMs, grain }
}

/** The period with both ends moved outwards to whole steps, so that every row in it counts wholly. */
export const toPeriod = (asked: AskedPeriod, nowMs: number, grain?: Grain): Period => {
  const { fromMs, toMs } = toSpan(asked, nowMs)
  const period = moved(fromMs, toMs, grain ?? finestFor(toMs - fromMs))
  if ((period.toMs - period.fromMs) / GRAIN_MS[period.grain] > MOST_STEPS)
    throw new AppError(
      'invalid-request',
      `The period is too long for steps of one ${period.grain}; ask for longer steps`,
    )
  return period
}

/** The same, but no finer than hours: minutes are kept of the whole and of operations only. */
export const toHourlyPeriod = (asked: AskedPeriod, nowMs: number, grain?: Grain): Period => {
  const period = toPeriod(asked, nowMs, grain)
  return period.grain === 'minute' ? moved(period.fromMs, period.toMs, 'hour') : period
}

export const toDailyPeriod = (asked: AskedPeriod, nowMs: number): Period => {
  const { fromMs, toMs } = toSpan(asked, nowMs)
  return moved(fromMs, toMs, 'day')
}

/** Every step of a period, from its first. */
export const stepsOf = ({ fromMs, toMs, grain }: Period): number[] =>
  Array.from({ length: Math.round((toMs - fromMs) / GRAIN_MS[grain]) }, (_, nth) => fromMs + nth * GRAIN_MS[grain])
