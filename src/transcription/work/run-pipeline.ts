/** Goes through the pipeline from the first step that is not done. */
import { toAppError, type AppError } from '../../errors.ts'
import { toDatabaseError } from '../../db/failure.ts'
import { pipeline } from '../pipeline.ts'
import { toStoredError, whoOf } from '../stored-error.ts'
import { finishStep, listSteps, startStep } from '../store/steps.store.ts'
import { toJson } from '../store/stored-text.ts'
import { newestText } from '../store/texts.store.ts'
import { updateTranscription } from '../store/transcriptions.store.ts'
import type { StepName, StoredError } from '../types.ts'
import { mustComeAgain } from './must-come-again.ts'
import type { PipelineStep, StepResult } from './pipeline-step.ts'
import { optionsOf, type Work } from './work.ts'

const nowOf = ({ shop }: Work): Date => new Date(shop.clock.now())

const stepNotice = (work: Work, step: StepName) => ({ kind: 'step', userId: work.userId, id: work.id, step }) as const
const summaryNotice = (work: Work) => ({ kind: 'transcription', userId: work.userId, id: work.id }) as const

/** Who was to do the step, for errors that don't say it themselves. */
const whoDoes = async (work: Work, { name }: PipelineStep): Promise<ReturnType<typeof whoOf>> => {
  const { engine, model } = optionsOf(await work.row())
  if (name === 'recognize') return engine.includes('/') ? whoOf(engine) : { provider: engine, model: null }
  return name === 'enhance' || name === 'summarize' ? whoOf(model) : { provider: null, model: null }
}

/** A step is tried once more by itself where that can help: the engine's process died, and a new one is there. */
const isWorthAnotherTry = (error: AppError): boolean =>
  error.entry.blame === 'us' && error.entry.retry === 'same-target' && error.code !== 'database-unavailable'

const runOnce = async (work: Work, step: PipelineStep): Promise<StepResult> => {
  await work.store((db) => startStep(db, work.id, step.name, nowOf(work)), stepNotice(work, step.name))
  return step.run(work)
}

const runStep = async (work: Work, step: PipelineStep): Promise<StepResult> => {
  try {
    return await runOnce(work, step)
  } catch (thrown) {
    work.signal.throwIfAborted()
    const error = toAppError(thrown)
    if (!isWorthAnotherTry(error)) throw error
    work.shop.logger.warn({ error, transcriptionId: work.id, step: step.name }, 'A step failed and is tried once more')
    return runOnce(work, step)
  }
}

const attempt = async (work: Work, step: PipelineStep): Promise<StepResult> => {
  try {
    return await runStep(work, step)
  } catch (thrown) {
    work.signal.throwIfAborted()
    // A database that is away is no failure of a step: the job comes again, and the step with it.
    if (mustComeAgain(thrown)) throw thrown
    return { error: toAppError(toDatabaseError(thrown) ?? thrown) }
  }
}

/** Stores how a step ended, with its result; returns the error as stored, or null. */
const settle = async (work: Work, step: PipelineStep, result: StepResult): Promise<StoredError | null> => {
  const failure = result.error
  const error =
    failure === undefined ? null : toStoredError(failure, await whoDoes(work, step), work.shop.describeModel)
  if (failure !== undefined) {
    work.shop.logger.warn({ error: failure, transcriptionId: work.id, step: step.name }, 'A step failed')
  }
  await work.store(
    async (db) => {
      await result.store?.(db)
      const status = error === null ? 'done' : 'failed'
      await finishStep(db, work.id, step.name, { status, now: nowOf(work), ...(error && { error }) })
    },
    ...(result.notices ?? []),
    stepNotice(work, step.name),
    ...(error === null ? [] : [summaryNotice(work)]),
  )
  return error
}

const skip = (work: Work, step: PipelineStep): Promise<void> =>
  work.store(
    (db) => finishStep(db, work.id, step.name, { status: 'skipped', now: nowOf(work) }),
    stepNotice(work, step.name),
  )

/** The last write of a run: the lease is given back with it. */
const end = (work: Work, error: StoredError | null): Promise<void> =>
  work.store(
    (db) =>
      updateTranscription(db, work.id, {
        status: error === null ? 'completed' : 'failed',
        completed_at: error === null ? nowOf(work) : null,
        error: error === null ? null : toJson(error),
        progress: null,
        lease: null,
        job_id: null,
      }),
    summaryNotice(work),
    { kind: 'queue' },
  )

/** A text of the step is being made by a job of its own, with other wishes. */
const isMadeAlone = async (work: Work, step: PipelineStep): Promise<boolean> => {
  if (step.kind === undefined) return false
  const newest = await newestText(work.shop.db, work.id, step.kind, ['running'])
  return newest !== undefined && newest.job_id !== null
}

/** Rejects when the work was stopped or the database is away; a failed step ends the run in peace. */
export const runPipeline = async (work: Work): Promise<void> => {
  const states = new Map((await listSteps(work.shop.db, work.id)).map(({ name, status }) => [name, status]))
  for (const step of pipeline) {
    if (['done', 'skipped', 'failed'].includes(states.get(step.name) ?? 'pending')) continue
    work.signal.throwIfAborted()
    if (await isMadeAlone(work, step)) continue
    if (step.skip(await work.row())) {
      await skip(work, step)
      continue
    }
    const error = await settle(work, step, await attempt(work, step))
    if (error !== null && !step.optional) return end(work, error)
  }
  await end(work, null)
}
