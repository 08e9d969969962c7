/** Puts a job into the queue in the caller's transaction. */
import type { Transaction } from 'kysely'
import type { Database } from '../../db/types.ts'
import { AppError } from '../../errors.ts'
import type { JobDefinition } from '../../jobs/definition.ts'
import type { Workshop } from './work.ts'

const HIGH = 10

/** The job's id, by which a sweep finds out whether it is still there. */
export const sendJob = async <Payload extends object>(
  { queue }: Pick<Workshop, 'queue'>,
  transaction: Transaction<Database>,
  job: JobDefinition<Payload>,
  payload: Payload,
  { owner, high = false }: { readonly owner: string; readonly high?: boolean },
): Promise<string> => {
  const id = await queue.send(job, payload, { transaction, owner, priority: high ? HIGH : 0 })
  if (id === undefined) throw new AppError('internal', `The queue did not take the job ${job.name}`)
  return id
}
