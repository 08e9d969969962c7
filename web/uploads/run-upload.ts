/** One upload from its turn to its end: what it reports on the way, and what is kept of it when it fails. */
import { createSpeedometer } from './speedometer.ts'
import type { SendEnd, SendReport } from './send-file.ts'
import type { UploadList } from './upload-list.ts'
import type { UploadStorage } from './upload-storage.ts'
import type { Upload } from './upload.ts'

export interface RunUploadDeps {
  storage: UploadStorage
  send: (upload: Upload, file: File, report: SendReport, signal: AbortSignal) => Promise<SendEnd>
  /** Runs the work while no other tab does the same; resolves when this tab had its turn. */
  withLock: (name: string, signal: AbortSignal, work: () => Promise<void>) => Promise<void>
  nowMs: () => number
  onDone: (transcriptionId: string) => void
}

/** Nothing is wrong with the file: a lost session, a proxy's limit, a model or credits that are to be had otherwise. */
const keptFailures: readonly string[] = [
  'unauthenticated',
  'proxy-too-large',
  'model-not-found',
  'model-inactive',
  'model-unknown',
  'credential-missing',
  'insufficient-credits',
  'budget-exceeded',
]

/** Never rejects for a failure of the upload: the list tells it. */
export const createUploadRun = ({ storage, send, withLock, nowMs, onDone }: RunUploadDeps, list: UploadList) => {
  const report = (id: string): SendReport => {
    const speed = createSpeedometer(nowMs)
    return {
      onUrl: (uploadUrl) => list.change(id, { uploadUrl }),
      onProgress: (bytesDone) => {
        const bytesPerSecond = speed.note(bytesDone)
        list.change(id, { state: 'uploading', bytesDone, bytesPerSecond, interrupted: false }, false)
      },
      onInterrupted: () => list.change(id, { interrupted: true, bytesPerSecond: null }, false),
      onConfirming: () => {
        const sizeBytes = list.find(id)?.sizeBytes ?? 0
        list.change(id, { state: 'confirming', bytesDone: sizeBytes, bytesPerSecond: null, interrupted: false }, false)
      },
    }
  }

  const settle = async (id: string, end: SendEnd): Promise<void> => {
    if (end.kind === 'stopped' || list.find(id) === undefined) return
    if (end.kind === 'done') {
      await storage.remove(id)
      list.change(id, { state: 'done', transcriptionId: end.transcriptionId, failure: null }, false)
      return onDone(end.transcriptionId)
    }
    if (end.canGoOn) {
      list.change(id, { state: 'waiting', interrupted: true, bytesPerSecond: null })
      return
    }
    // A refused file would be refused again; one that was refused for something else is kept.
    const keepFile = keptFailures.includes(end.failure.code)
    if (!keepFile) await storage.remove(id)
    const kept = keepFile && (list.find(id)?.kept ?? false)
    list.change(id, { state: 'failed', failure: end.failure, bytesPerSecond: null, interrupted: false, kept }, keepFile)
  }

  /** What another tab made of this upload while this one waited for its turn. */
  const current = async (id: string): Promise<Upload | undefined> => {
    const known = list.find(id)
    if (known === undefined || !known.kept) return known
    const stored = await storage.read(id)
    if (stored === null) {
      list.drop(id)
      return undefined
    }
    list.change(id, { uploadUrl: stored.upload.uploadUrl }, false)
    if (stored.upload.state !== 'paused') return list.find(id)
    list.change(id, { state: 'paused' }, false)
    return undefined
  }

  return async (id: string, file: File, signal: AbortSignal): Promise<void> => {
    await withLock(`mp4totext.upload.${id}`, signal, async () => {
      const upload = await current(id)
      if (upload === undefined || signal.aborted) return
      list.change(id, { state: 'uploading', failure: null }, false)
      await settle(id, await send(upload, file, report(id), signal))
    })
  }
}
