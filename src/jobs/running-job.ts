/** One job from its start to its settlement. */
import { AppError, toAppError } from '../errors.ts'
import type { Logger } from '../lib/logger.ts'
import type { ClaimedJob, ClaimsStore } from './claims.store.ts'
import type { Queue } from './queue.ts'
import type { JobRegistration } from './registry.ts'

export interface RunningJob {
  readonly job: ClaimedJob
  /** Ends when the job is settled, whatever became of it; never rejects. */
  readonly done: Promise<void>
  /** Stops the handler. What happens to the job afterwards depends on why. */
  stop(reason: StopReason): void
}

/** Cancelled by somebody; handed over as this process leaves; lost to another process that has it now. */
export type StopReason = 'cancelled' | 'hand-over' | 'lost'

export interface RunDeps {
  readonly queue: Queue
  readonly claims: ClaimsStore
  readonly logger: Logger
}

const toReason = (reason: StopReason): AppError =>
  reason === 'cancelled'
    ? new AppError('cancelled', 'The job was cancelled')
    : new AppError('cancelled', 'The job moves to another process', { details: { reason } })

const parsePayload = ({ definition }: JobRegistration, data: unknown): object => {
  const parsed = definition.payload.safeParse(data)
  if (parsed.success) return parsed.data as object
  throw new AppError('internal', `The stored payload of ${definition.name} does not fit its schema`, {
    cause: parsed.error,
    details: { retry: 'never' },
  })
}

const isPermanent = (error: AppError): boolean =>
  error.details['retry'] === 'never' || (error.entry.retry === 'never' && error.code !== 'internal')

/** A failure as it is stored with the job: never a secret, so no cause and no stack. */
const toOutput = ({ code, message }: AppError): object => ({ code, message })

const fail = async ({ queue, claims, logger }: RunDeps, job: ClaimedJob, thrown: unknown): Promise<void> => {
  const error = toAppError(thrown)
  logger.warn({ error, job: job.name, jobId: job.id, attempt: job.retryCount }, 'A job failed')
  if (isPermanent(error)) await claims.forbidRetry(job)
  await queue.boss.fail(job.name, { id: job.id, retryCount: job.retryCount }, toOutput(error))
}

const settle = async (
  deps: RunDeps,
  job: ClaimedJob,
  work: () => Promise<void>,
  stopped: () => StopReason | undefined,
): Promise<void> => {
  try {
    await work()
  } catch (thrown) {
    if (stopped() === undefined) await fail(deps, job, thrown)
    // A cancelled job has its final state already, and a lost one is another's to settle.
    else if (stopped() === 'hand-over') await deps.claims.handOver(job)
    return
  }
  await deps.queue.boss.complete(job.name, { id: job.id, retryCount: job.retryCount })
}

/** Starts the handler of a claimed job. */
export const runJob = (deps: RunDeps, registration: JobRegistration, job: ClaimedJob): RunningJob => {
  const controller = new AbortController()
  let reason: StopReason | undefined
  const work = (): Promise<void> =>
    Promise.resolve().then(() =>
      registration.handler({
        payload: parsePayload(registration, job.data),
        jobId: job.id,
        attempt: job.retryCount,
        signal: controller.signal,
        logger: deps.logger,
      }),
    )
  const done = settle(deps, job, work, () => reason)
    .then(() => deps.claims.forget(job))
    // Without its settlement the job stays active under our claim; its heartbeat ends, and it is started again.
    .catch((error: unknown) => deps.logger.error({ error, job: job.name, jobId: job.id }, 'A job could not be settled'))
  return {
    job,
    done,
    stop(why) {
      if (reason !== undefined) return
      reason = why
      controller.abort(toReason(why))
    },
  }
}
