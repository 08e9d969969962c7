/** The state of each step of a recording's work. */
import type { Updateable } from 'kysely'
import type { TranscriptionStepRow } from '../../db/tables/transcriptions.ts'
import { stepNames, type Step, type StepName, type StoredError } from '../types.ts'
import { toStep } from '../views.ts'
import { toJson } from './stored-text.ts'
import type { Executor } from './transcriptions.store.ts'

const fresh = { status: 'pending', started_at: null, finished_at: null, error: null } as const

export const insertSteps = async (db: Executor, transcriptionId: string): Promise<void> => {
  const rows = stepNames.map((name, position) => ({
    transcription_id: transcriptionId,
    name,
    position,
    attempts: 0,
    ...fresh,
  }))
  await db.insertInto('transcription_steps').values(rows).execute()
}

export const listSteps = async (db: Executor, transcriptionId: string): Promise<Step[]> => {
  const rows = await db
    .selectFrom('transcription_steps')
    .selectAll()
    .where('transcription_id', '=', transcriptionId)
    .orderBy('position')
    .execute()
  return rows.map(toStep)
}

const updateStep = async (
  db: Executor,
  transcriptionId: string,
  name: StepName,
  change: Updateable<TranscriptionStepRow>,
): Promise<void> => {
  await db
    .updateTable('transcription_steps')
    .set(change)
    .where('transcription_id', '=', transcriptionId)
    .where('name', '=', name)
    .execute()
}

export const startStep = async (db: Executor, transcriptionId: string, name: StepName, now: Date): Promise<void> => {
  await db
    .updateTable('transcription_steps')
    .set((row) => ({
      status: 'running',
      attempts: row('attempts', '+', 1),
      started_at: now,
      finished_at: null,
      error: null,
    }))
    .where('transcription_id', '=', transcriptionId)
    .where('name', '=', name)
    .execute()
}

export const finishStep = (
  db: Executor,
  transcriptionId: string,
  name: StepName,
  end: { status: 'done' | 'failed' | 'skipped'; now: Date; error?: StoredError },
): Promise<void> =>
  updateStep(db, transcriptionId, name, {
    status: end.status,
    finished_at: end.now,
    error: end.error === undefined ? null : toJson(end.error),
  })

/** The named steps as if they had never run; the count of attempts stays. */
export const resetSteps = async (db: Executor, transcriptionId: string, names: readonly StepName[]): Promise<void> => {
  if (names.length === 0) return
  await db
    .updateTable('transcription_steps')
    .set(fresh)
    .where('transcription_id', '=', transcriptionId)
    .where('name', 'in', [...names])
    .execute()
}

/** Of the named steps, what has not come to an end is cancelled: running ones, and those that now won't be reached. */
export const cancelSteps = async (
  db: Executor,
  transcriptionId: string,
  now: Date,
  names: readonly StepName[] = stepNames,
): Promise<void> => {
  await db
    .updateTable('transcription_steps')
    .set({ status: 'cancelled', finished_at: now })
    .where('transcription_id', '=', transcriptionId)
    .where('name', 'in', [...names])
    .where('status', 'in', ['running', 'pending'])
    .execute()
}
