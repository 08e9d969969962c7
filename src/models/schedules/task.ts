/** What is done by the calendar. A room describes its task; `src/app` puts them together. */
import type { Statement } from '../../statements/statement.ts'

export interface TaskRun {
  /** The run's id; the same when a run is started again after a crash. */
  readonly runId: string
  readonly trigger: 'schedule' | 'admin'
  /** The administrator who started it by hand. */
  readonly startedBy: string | null
  /** The moment that the timetable named. */
  readonly dueAt: Date
  readonly signal: AbortSignal
}

export interface TaskOutcome {
  /** One sentence for the list. */
  readonly statement: Statement
  /** The same as data. */
  readonly result?: Readonly<Record<string, unknown>>
}

export interface ScheduledTask {
  /** For example `models.sync`; names its row, so it never changes. */
  readonly name: string
  readonly description: string
  /** Until an administrator sets another one. */
  readonly cron: string
  /** Done again for a run that was broken off, so it must bear that. */
  run(run: TaskRun): Promise<TaskOutcome>
}
