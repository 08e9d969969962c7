/** Times from a cron expression in a time zone, summer time included. */
import { CronExpressionParser } from 'cron-parser'
import { AppError } from '../../errors.ts'

export interface Timetable {
  /** Five fields: minute, hour, day of month, month, day of week. */
  readonly cron: string
  /** IANA time zone. */
  readonly timeZone: string
}

const invalid = (field: 'cron' | 'timeZone', message: string, cause?: unknown): AppError =>
  new AppError('invalid-request', message, { cause, details: { fields: [{ field, message }] } })

const checkZone = (timeZone: string): void => {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch (error) {
    throw invalid('timeZone', `“${timeZone}” is no time zone; write one like UTC or Europe/Istanbul`, error)
  }
}

/** The next `count` times after a moment. Throws `invalid-request` for an expression that is wrong or never comes. */
export const nextRuns = ({ cron, timeZone }: Timetable, afterMs: number, count: number): Date[] => {
  checkZone(timeZone)
  // The parser also knows seconds and words like @daily; one spelling is enough to explain.
  if (cron.trim().split(/\s+/).length !== 5)
    throw invalid('cron', `“${cron}” needs five fields: minute, hour, day of month, month, day of week`)
  try {
    const times = CronExpressionParser.parse(cron, { currentDate: new Date(afterMs), tz: timeZone })
    return Array.from({ length: count }, () => times.next().toDate())
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw invalid('cron', `“${cron}” is no timetable: ${why}. Daily at three is written 0 3 * * *`, error)
  }
}

export const nextRun = (timetable: Timetable, afterMs: number): Date => {
  const [next] = nextRuns(timetable, afterMs, 1)
  if (next === undefined) throw invalid('cron', `“${timetable.cron}” never comes`)
  return next
}
