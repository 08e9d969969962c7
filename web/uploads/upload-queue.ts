/**
 * The uploads of this browser: which wait, run, pause; goes on with those kept from an earlier page. Owns their state;
 * knows neither React nor the wire (`send`).
 */
import type { TranscriptionOptions } from '../../src/http/contract/transcriptions.ts'
import { createSpeedometer } from './speedometer.ts'
import type { SendEnd, SendReport } from './send-file.ts'
import type { UploadStorage } from './upload-storage.ts'
import { isOpen, type Upload } from './upload.ts'

export interface UploadQueueDeps {
  storage: UploadStorage
  send: (upload: Upload, file: File, report: SendReport, signal: AbortSignal) => Promise<SendEnd>
  forget: (url: string) => Promise<void>
  /** Runs the work while no other tab does the same; resolves when this tab had its turn. */
  withLock: (name: string, signal: AbortSignal, work: () => Promise<void>) => Promise<void>
  createId: () => string
  nowMs: () => number
  onDone: (transcriptionId: string) => void
}

/** Two at a time: one fills most lines, a second hides the waits between files. */
const mostAtOnce = 2
/** After this wait an upload whose tries are used up begins again. */
const restAfterFailureMs = 5000

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

export const createUploadQueue = (deps: UploadQueueDeps) => {
  let uploads: readonly Upload[] = []
  const files = new Map<string, File>()
  const running = new Map<string, AbortController>()
  const listeners = new Set<() => void>()

  const publish = (next: readonly Upload[]): void => {
    uploads = next
    for (const listener of listeners) listener()
  }
  const find = (id: string): Upload | undefined => uploads.find((upload) => upload.id === id)
  const change = (id: string, fields: Partial<Upload>, save = true): void => {
    publish(uploads.map((upload) => (upload.id === id ? { ...upload, ...fields } : upload)))
    const upload = find(id)
    if (save && upload !== undefined) void deps.storage.update(upload)
  }

  const report = (id: string): SendReport => {
    const speed = createSpeedometer(deps.nowMs)
    return {
      onUrl: (uploadUrl) => change(id, { uploadUrl }),
      onProgress: (bytesDone) => {
        const bytesPerSecond = speed.note(bytesDone)
        change(id, { state: 'uploading', bytesDone, bytesPerSecond, interrupted: false }, false)
      },
      onInterrupted: () => change(id, { interrupted: true, bytesPerSecond: null }, false),
      onConfirming: () => {
        const sizeBytes = find(id)?.sizeBytes ?? 0
        change(id, { state: 'confirming', bytesDone: sizeBytes, bytesPerSecond: null, interrupted: false }, false)
      },
    }
  }

  const settle = async (id: string, end: SendEnd): Promise<void> => {
    if (end.kind === 'stopped' || find(id) === undefined) return
    if (end.kind === 'done') {
      await deps.storage.remove(id)
      files.delete(id)
      change(id, { state: 'done', transcriptionId: end.transcriptionId, failure: null }, false)
      return deps.onDone(end.transcriptionId)
    }
    if (end.canGoOn) {
      change(id, { state: 'waiting', interrupted: true, bytesPerSecond: null })
      return
    }
    // A refused file would be refused again; one that was refused for something else is kept.
    const keepFile = keptFailures.includes(end.failure.code)
    if (!keepFile) await deps.storage.remove(id)
    const kept = keepFile && (find(id)?.kept ?? false)
    change(id, { state: 'failed', failure: end.failure, bytesPerSecond: null, interrupted: false, kept }, keepFile)
  }

  /** What another tab made of this upload while this one waited for its turn. */
  const current = async (id: string): Promise<Upload | undefined> => {
    const known = find(id)
    if (known === undefined || !known.kept) return known
    const stored = await deps.storage.read(id)
    if (stored === null) {
      publish(uploads.filter((upload) => upload.id !== id))
      return undefined
    }
    change(id, { uploadUrl: stored.upload.uploadUrl }, false)
    if (stored.upload.state !== 'paused') return find(id)
    change(id, { state: 'paused' }, false)
    return undefined
  }

  const run = async (id: string, file: File, stop: AbortController): Promise<void> => {
    await deps.withLock(`mp4totext.upload.${id}`, stop.signal, async () => {
      const upload = await current(id)
      if (upload === undefined || stop.signal.aborted) return
      change(id, { state: 'uploading', failure: null }, false)
      await settle(id, await deps.send(upload, file, report(id), stop.signal))
    })
  }

  const pump = (): void => {
    for (const upload of uploads) {
      const file = files.get(upload.id)
      if (running.size >= mostAtOnce) return
      if (upload.state !== 'waiting' || running.has(upload.id) || file === undefined) continue
      const stop = new AbortController()
      running.set(upload.id, stop)
      void run(upload.id, file, stop).finally(() => {
        running.delete(upload.id)
        const again = find(upload.id)
        if (again?.state === 'waiting' && again.interrupted) setTimeout(pump, restAfterFailureMs)
        else pump()
      })
    }
  }

  const halt = (id: string): void => running.get(id)?.abort()

  const forget = async (id: string, upload: Upload | undefined): Promise<void> => {
    // Another tab has finished it meanwhile: then there is a recording, and nothing to cancel.
    const finishedElsewhere = upload?.kept === true && (await deps.storage.read(id)) === null
    await deps.storage.remove(id)
    if (upload?.uploadUrl != null && isOpen(upload) && !finishedElsewhere) await deps.forget(upload.uploadUrl)
  }

  const add = (file: File, options: Partial<TranscriptionOptions>): Upload => {
    const upload: Upload = {
      id: deps.createId(),
      fileName: file.name,
      fileType: file.type,
      sizeBytes: file.size,
      options,
      state: 'waiting',
      bytesDone: 0,
      bytesPerSecond: null,
      uploadUrl: null,
      failure: null,
      interrupted: false,
      transcriptionId: null,
      kept: false,
      createdAtMs: deps.nowMs(),
    }
    files.set(upload.id, file)
    publish([...uploads, upload])
    void deps.storage.keep(upload, file).then((kept) => {
      const now = find(upload.id)
      // A small file may be through before it was kept.
      if (now === undefined || now.state === 'done') void deps.storage.remove(upload.id)
      else change(upload.id, { kept }, kept)
    })
    return upload
  }

  return {
    get: (): readonly Upload[] => uploads,
    subscribe: (listener: () => void): (() => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    add: (chosen: readonly File[], options: Partial<TranscriptionOptions>): Upload[] => {
      const added = chosen.map((file) => add(file, options))
      pump()
      return added
    },
    pause: (id: string): void => {
      change(id, { state: 'paused', bytesPerSecond: null, interrupted: false })
      halt(id)
    },
    resume: (id: string): void => {
      change(id, { state: 'waiting', failure: null, interrupted: false })
      pump()
    },
    /** Begins a refused upload again, with other options. */
    retryWith: (id: string, options: Partial<TranscriptionOptions>): void => {
      const upload = find(id)
      if (upload === undefined) return
      change(id, { options: { ...upload.options, ...options }, uploadUrl: null, state: 'waiting', failure: null })
      pump()
    },
    /** Ends an open upload for good, or takes a finished one off the list. */
    remove: (id: string): void => {
      const upload = find(id)
      publish(uploads.filter((other) => other.id !== id))
      halt(id)
      files.delete(id)
      void forget(id, upload)
    },
    clearDone: (): void => publish(uploads.filter((upload) => upload.state !== 'done')),
    /** Goes on with what an earlier page left. */
    restore: async (): Promise<void> => {
      const kept = (await deps.storage.list()).filter(({ upload }) => find(upload.id) === undefined)
      for (const { upload, file } of kept) files.set(upload.id, file)
      const known = kept.map(({ upload }) => {
        const state = upload.state === 'paused' || upload.state === 'failed' ? upload.state : ('waiting' as const)
        return { ...upload, state, bytesPerSecond: null, interrupted: false }
      })
      known.sort((left, right) => left.createdAtMs - right.createdAtMs)
      publish([...known, ...uploads])
      pump()
    },
    /** The network is back, or somebody signed in again. */
    wake: (): void => {
      for (const upload of uploads) {
        if (upload.state === 'failed' && upload.failure?.code === 'unauthenticated') {
          change(upload.id, { state: 'waiting', failure: null })
        }
      }
      pump()
    },
  }
}

export type UploadQueue = ReturnType<typeof createUploadQueue>
