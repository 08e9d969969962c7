/**
 * Sends one file by the tus protocol. Knows no queue and no page: it reports bytes, and ends with the transcription's id
 * or a failure. A broken connection is tried again for as long as it takes; what the server refused is not.
 */
import { DetailedError, Upload as TusUpload, type HttpResponse } from 'tus-js-client'
import { getUpload, transcriptionIdHeader } from '../../src/http/contract/uploads.ts'
import { deleteTranscription } from '../../src/http/contract/transcriptions.ts'
import { ApiError, call, toApiError } from '../api.ts'
import type { Upload, UploadFailure } from './upload.ts'

export interface SendReport {
  onUrl: (url: string) => void
  onProgress: (bytesDone: number) => void
  onInterrupted: () => void
  onConfirming: () => void
}

export type SendEnd =
  | { kind: 'done'; transcriptionId: string }
  | { kind: 'failed'; failure: UploadFailure; canGoOn: boolean }
  | { kind: 'stopped' }

const megabyte = 1024 * 1024
/** A proxy between may refuse large bodies (nginx: 1 MB unless told otherwise), so pieces become smaller when one does. */
const pieceSizes = [32 * megabyte, 8 * megabyte, 900 * 1024]
/** A line can go silent without an end (a laptop moved between networks); then it is cut from this side. */
const longestSilenceMs = 30_000
const retryDelaysMs = [500, 1000, 2000, 4000, 8000, 15_000, 30_000]

const answerOf = (error: unknown): HttpResponse | null =>
  error instanceof DetailedError ? error.originalResponse : null

/** What the server itself decided about the choices: asking again changes nothing, whatever the status. */
const isDecision = (answer: HttpResponse): boolean => {
  const { problem } = toApiError(answer.getStatus(), answer.getBody())
  return problem !== null && /^(model|credential)-/u.test(problem.code)
}

/** Nothing answered, or something between answered that the server is away: worth trying again. */
const isPassing = (error: unknown): boolean => {
  const answer = answerOf(error)
  if (answer !== null && isDecision(answer)) return false
  const status = answer?.getStatus() ?? 0
  return status === 0 || status === 423 || status === 429 || status >= 500
}

const toFailure = (error: unknown): UploadFailure => {
  const answer = answerOf(error)
  const { code, message, problem } =
    answer === null
      ? new ApiError('server-unreachable', 0, error instanceof Error ? error.message : String(error))
      : toApiError(answer.getStatus(), answer.getBody())
  const { suggestions, model } = problem?.details ?? {}
  return {
    code,
    title: problem?.title,
    advice: problem?.advice,
    message,
    ...(Array.isArray(suggestions) && { suggestions: suggestions.filter((ref) => typeof ref === 'string') }),
    ...(typeof model === 'string' && { model }),
  }
}

const uploadIdOf = (url: string): string => new URL(url, location.href).pathname.split('/').at(-1) ?? ''

const goneStatuses = [404, 410]

/** The last answer was lost: asks what became of the upload. */
const askResult = async (url: string, signal: AbortSignal): Promise<SendEnd> => {
  try {
    const result = await call(getUpload, { params: { uploadId: uploadIdOf(url) }, signal })
    if (result.transcriptionId !== null) return { kind: 'done', transcriptionId: result.transcriptionId }
    if (result.error !== null) return { kind: 'failed', failure: result.error, canGoOn: false }
    return { kind: 'failed', failure: { code: 'upload-unfinished', message: result.state }, canGoOn: true }
  } catch (error) {
    if (signal.aborted) return { kind: 'stopped' }
    const gone = error instanceof ApiError && goneStatuses.includes(error.status)
    if (gone) return { kind: 'failed', failure: { code: 'upload-gone', message: error.message }, canGoOn: true }
    const known = error instanceof ApiError ? error : new ApiError('page-fault', 0, String(error))
    const { code, message, problem } = known
    const failure = { code, title: problem?.title, advice: problem?.advice, message }
    return { kind: 'failed', failure, canGoOn: known.status === 0 }
  }
}

const silent: UploadFailure = { code: 'server-unreachable', message: 'no progress' }

interface Attempt {
  end: SendEnd
  /** The piece was too large for something between. */
  tooLarge: boolean
}

const attempt = async (
  upload: Upload,
  file: File,
  pieceSize: number,
  report: SendReport,
  signal: AbortSignal,
): Promise<Attempt> =>
  await new Promise((resolve) => {
    let silence: ReturnType<typeof setTimeout> | undefined
    const end = (result: SendEnd, tooLarge = false): void => {
      clearTimeout(silence)
      resolve({ end: result, tooLarge })
    }
    const listen = (): void => {
      clearTimeout(silence)
      silence = setTimeout(() => {
        report.onInterrupted()
        void tus.abort().finally(() => end({ kind: 'failed', failure: silent, canGoOn: true }))
      }, longestSilenceMs)
    }
    const tus = new TusUpload(file, {
      endpoint: '/api/v1/uploads',
      uploadUrl: upload.uploadUrl,
      chunkSize: pieceSize,
      retryDelays: retryDelaysMs,
      // The queue keeps the address with the file; the library's own list would outlive both.
      storeFingerprintForResuming: false,
      metadata: { filename: upload.fileName, filetype: upload.fileType, options: JSON.stringify(upload.options) },
      onUploadUrlAvailable: () => report.onUrl(tus.url ?? ''),
      onProgress: (sent) => {
        listen()
        // Looking at a long recording takes the server its time; that is no silence of the line.
        if (sent >= file.size) clearTimeout(silence)
        if (sent >= file.size) report.onConfirming()
        else report.onProgress(sent)
      },
      onShouldRetry: (error) => {
        clearTimeout(silence)
        if (!isPassing(error)) return false
        report.onInterrupted()
        return true
      },
      onSuccess: ({ lastResponse }) => {
        const transcriptionId = lastResponse.getHeader(transcriptionIdHeader)
        if (transcriptionId !== undefined && transcriptionId !== '') end({ kind: 'done', transcriptionId })
        else void askResult(tus.url ?? '', signal).then((result) => end(result))
      },
      onError: (error) => {
        const failure = toFailure(error)
        end({ kind: 'failed', failure, canGoOn: isPassing(error) }, failure.code === 'proxy-too-large')
      },
    })
    signal.addEventListener('abort', () => {
      clearTimeout(silence)
      void tus.abort().finally(() => end({ kind: 'stopped' }))
    })
    tus.start()
  })

/** Sends the file, or the rest of it; never throws. */
export const sendFile = async (
  upload: Upload,
  file: File,
  report: SendReport,
  signal: AbortSignal,
): Promise<SendEnd> => {
  let current = upload
  if (upload.uploadUrl !== null) {
    // It may be complete already; sending it again would make a second recording of it.
    const before = await askResult(upload.uploadUrl, signal)
    if (before.kind !== 'failed' || !before.canGoOn) return before
    if (before.failure.code === 'upload-gone') current = { ...upload, uploadUrl: null }
  }
  const onUrl = (url: string): void => {
    current = { ...current, uploadUrl: url }
    report.onUrl(url)
  }
  let last: SendEnd = { kind: 'stopped' }
  for (const pieceSize of pieceSizes) {
    if (signal.aborted) return { kind: 'stopped' }
    const { end, tooLarge } = await attempt(current, file, pieceSize, { ...report, onUrl }, signal)
    last = end
    if (!tooLarge) return end
  }
  return last
}

/** It was through in the moment in which it was cancelled: what was made of it goes too. */
const deleteMade = async (url: string): Promise<void> => {
  const { transcriptionId } = await call(getUpload, { params: { uploadId: uploadIdOf(url) } })
  if (transcriptionId !== null) await call(deleteTranscription, { params: { id: transcriptionId } })
}

/**
 * Tells the server to forget the upload, also while it looks at the recording. Tried again over a broken line; what was
 * never told is removed by the server in time.
 */
export const forgetOnServer = async (url: string): Promise<void> => {
  for (const delayMs of [0, ...retryDelaysMs]) {
    await new Promise((resolve) => setTimeout(resolve, delayMs))
    const headers = { 'tus-resumable': '1.0.0' }
    const status = await fetch(url, { method: 'DELETE', credentials: 'same-origin', headers }).then(
      (answer) => answer.status,
      () => 0,
    )
    if (status === 0 || status === 429 || status >= 500) continue
    if (status === 409) await deleteMade(url).catch(() => undefined)
    return
  }
}
