/**
 * What happens to an upload whose last byte has arrived: it becomes a transcription or is rejected, once; or it is
 * dropped, and then nothing is left of it, even if it was becoming one.
 *
 * Callers may ask again and again, in one process or several: the transcription is named by the upload, one process at
 * a time has the turn to make it, and the outcome is stored, so that a lost answer can be had again.
 */
import { AppError, ERRORS, type ErrorCode } from '../../errors.ts'
import type { Clock } from '../../lib/clock.ts'
import { createTakenIn, type TakenInDeps } from './taken-in.ts'
import { takeTurn } from './upload-turn.ts'
import type { Upload, UploadsStore } from './uploads.store.ts'

/** Between looks at an upload that another process finishes. */
const LOOK_MS = 250

interface Dependencies extends TakenInDeps {
  readonly uploads: UploadsStore
  readonly clock: Clock
}

/** The failure of a rejected upload, as it was met. */
export const rejectionOf = (error: NonNullable<Upload['error']>): AppError => {
  const code: ErrorCode = Object.hasOwn(ERRORS, error.code) ? (error.code as ErrorCode) : 'internal'
  return new AppError(code, error.message, { details: error.details })
}

const outcomeOf = (upload: Upload): string => {
  if (upload.transcription_id !== null) return upload.transcription_id
  throw rejectionOf(upload.error ?? { code: 'internal', message: 'The upload was rejected', details: {} })
}

/** Failures that sending the same file again would meet again. */
const isFinal = (error: AppError): boolean =>
  error.code.startsWith('media-') || error.code === 'too-large' || error.code === 'invalid-request'

interface Running {
  readonly work: Promise<string>
  readonly stop: AbortController
}

const dropped = (): AppError => new AppError('not-found', 'The upload was dropped')

export const createFinishUpload = (deps: Dependencies) => {
  const { uploads, clock } = deps
  const { arrivedBytes, make, removeFiles, removeMade } = createTakenIn(deps)
  const running = new Map<string, Running>()
  const now = (): Date => new Date(clock.now())

  const finishOpen = async (upload: Upload, signal: AbortSignal): Promise<string> => {
    try {
      const transcriptionId = await make(upload, signal)
      const wanted = await uploads.complete(upload.id, transcriptionId, now())
      await removeFiles(upload.id)
      if (wanted) return transcriptionId
      await removeMade(upload)
      throw dropped()
    } catch (error) {
      if (!(error instanceof AppError) || !isFinal(error)) throw error
      await uploads.reject(
        upload.id,
        { code: error.code, message: error.message, details: { ...error.details } },
        now(),
      )
      await removeFiles(upload.id)
      throw error
    }
  }

  const run = async ({ owner_id: ownerId, id }: Upload, signal: AbortSignal): Promise<string> => {
    for (;;) {
      // The outcome may have been stored since the caller looked.
      const upload = await uploads.findOwned(ownerId, id)
      if (upload === undefined) throw dropped()
      if (upload.state !== 'uploading') return outcomeOf(upload)
      const turn = await takeTurn(uploads, clock, id)
      if (turn !== undefined) return await finishOpen(upload, signal).finally(() => turn.end())
      await clock.sleep(LOOK_MS, signal)
    }
  }

  const start = (upload: Upload): Running => {
    const stop = new AbortController()
    const work = run(upload, stop.signal).finally(() => running.delete(upload.id))
    const started = { work, stop }
    running.set(upload.id, started)
    return started
  }

  /** The id of the transcription, or the failure for which it was rejected. Goes on when the asker leaves. */
  const finish = async (upload: Upload): Promise<string> => {
    if (upload.state !== 'uploading') return outcomeOf(upload)
    return await (running.get(upload.id) ?? start(upload)).work
  }

  /**
   * Takes an open upload back. A process that makes a transcription of it right now finds the row gone and deletes what
   * it made; what was made before that is deleted here.
   */
  const drop = async (upload: Upload): Promise<void> => {
    await uploads.remove(upload.id)
    const here = running.get(upload.id)
    here?.stop.abort(new AppError('cancelled', 'The upload was dropped'))
    await here?.work.catch(() => undefined)
    await removeMade(upload)
    await removeFiles(upload.id)
  }

  /**
   * Waits for an upload whose bytes are all here, or were taken away to become a transcription (perhaps before a crash),
   * and reads its row anew. Others stay as they are.
   */
  const settle = async (upload: Upload): Promise<Upload> => {
    if (upload.state !== 'uploading') return upload
    const bytes = await arrivedBytes(upload.id)
    if (bytes !== undefined && bytes !== upload.size_bytes) return upload
    // Why it was rejected stands in the row; a failure of ours leaves it open.
    await finish(upload).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error
    })
    return (await uploads.findOwned(upload.owner_id, upload.id)) ?? upload
  }

  return { finish, settle, drop }
}

export type FinishUpload = ReturnType<typeof createFinishUpload>
