/** Which handler does which kind of job. A missing or doubled one stops the start, not the first job of its kind. */
import type { Logger } from '../lib/logger.ts'
import type { AnyJob, JobDefinition } from './definition.ts'

export interface JobContext<Payload extends object> {
  readonly payload: Payload
  readonly jobId: string
  /** 0 at the first start, one more at each later one, whether the last ended in a failure, a kill or a hand-over. */
  readonly attempt: number
  /**
   * Fires when the job is cancelled (reason: AppError `cancelled`), when the process shuts down and hands the job over,
   * or when another process has taken it. The handler then stops soon and throws; what it stored stays.
   */
  readonly signal: AbortSignal
  readonly logger: Logger
}

/** Does one job. It may be called again for a job that it did, wholly or in part, so it must be idempotent. */
export type JobHandler<Payload extends object> = (context: JobContext<Payload>) => Promise<void>

export interface JobRegistration {
  readonly definition: AnyJob
  readonly handler: JobHandler<object>
}

/** Binds a handler to its kind of job. The payload it gets has passed the definition's schema. */
export const handleJob = <Payload extends object>(
  definition: JobDefinition<Payload>,
  handler: JobHandler<Payload>,
): JobRegistration => ({
  definition,
  // Safe: the worker parses each payload with this very definition before it calls the handler.
  handler: handler as unknown as JobHandler<object>,
})

const doubled = (names: readonly string[]): string[] => [
  ...new Set(names.filter((name, index) => names.indexOf(name) !== index)),
]

/** Throws unless no name is defined twice. */
export const checkDefinitions = (definitions: readonly { readonly name: string }[]): void => {
  const twice = doubled(definitions.map(({ name }) => name))
  if (twice.length > 0) throw new Error(`Defined more than once: ${twice.join(', ')}`)
}

/** Throws unless each defined job has exactly one handler and each handler a definition. */
export const checkHandlers = (
  definitions: readonly { readonly name: string }[],
  registrations: readonly JobRegistration[],
): void => {
  const defined = definitions.map(({ name }) => name)
  const handled = registrations.map(({ definition }) => definition.name)
  const problems = [
    ...defined.filter((name) => !handled.includes(name)).map((name) => `${name} has no handler`),
    ...handled.filter((name) => !defined.includes(name)).map((name) => `${name} is handled but not defined`),
    ...doubled(handled).map((name) => `${name} has more than one handler`),
  ]
  if (problems.length > 0) throw new Error(`Jobs are not wired right: ${problems.join('; ')}`)
}
