/** Work that was promised and is not at its end, for whoever owns it: for the sweep. */
import type { Executor } from './transcriptions.store.ts'

export interface OpenWork {
  readonly id: string
  readonly userId: string
  readonly run: number
  readonly high: boolean
  readonly jobId: string | null
}

export const findOpenWork = async (db: Executor): Promise<OpenWork[]> => {
  const rows = await db
    .selectFrom('transcriptions')
    .select(['id', 'user_id', 'run', 'priority', 'job_id'])
    .where('status', 'in', ['queued', 'running'])
    .execute()
  return rows.map((row) => ({
    id: row.id,
    userId: row.user_id,
    run: row.run,
    high: row.priority === 'high',
    jobId: row.job_id,
  }))
}

/** Texts that are made alone; those of a pipeline come with their recording. */
export const findOpenTexts = async (db: Executor): Promise<(OpenWork & { readonly textId: string })[]> => {
  const rows = await db
    .selectFrom('transcription_texts as x')
    .innerJoin('transcriptions as t', 't.id', 'x.transcription_id')
    .select(['x.id as text_id', 'x.job_id', 't.id', 't.user_id', 't.run', 't.priority'])
    .where('x.status', '=', 'running')
    .where('x.job_id', 'is not', null)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    textId: row.text_id,
    userId: row.user_id,
    run: row.run,
    high: row.priority === 'high',
    jobId: row.job_id,
  }))
}

/** Locks a recording if it still waits for this job; false when somebody else has seen to it. */
export const lockOpenWork = async (db: Executor, { id, jobId }: OpenWork): Promise<boolean> => {
  const row = await db
    .selectFrom('transcriptions')
    .select('id')
    .where('id', '=', id)
    .where('status', 'in', ['queued', 'running'])
    .where('job_id', 'is not distinct from', jobId)
    .forUpdate()
    .executeTakeFirst()
  return row !== undefined
}

/** The same for a text that is made alone. */
export const lockOpenText = async (db: Executor, textId: string, jobId: string | null): Promise<boolean> => {
  const row = await db
    .selectFrom('transcription_texts')
    .select('id')
    .where('id', '=', textId)
    .where('status', '=', 'running')
    .where('job_id', 'is not distinct from', jobId)
    .forUpdate()
    .executeTakeFirst()
  return row !== undefined
}
