/**
 * The uploads of this browser: which wait, run, pause; goes on with those kept from an earlier page. Owns their state;
 * knows neither React nor the wire (`send`).
 */
import type { TranscriptionOptions } from '../../src/http/contract/transcriptions.ts'
import { createUploadRun, type RunUploadDeps } from './run-upload.ts'
import { createUploadList } from './upload-list.ts'
import { isOpen, newUpload, takenUp, type Upload } from './upload.ts'

export interface UploadQueueDeps extends RunUploadDeps {
  forget: (url: string) => Promise<void>
  createId: () => string
}

/** Two at a time: one fills most lines, a second hides the waits between files. */
const mostAtOnce = 2
/** After this wait an upload whose tries are used up begins again. */
const restAfterFailureMs = 5000

export const createUploadQueue = (deps: UploadQueueDeps) => {
  const list = createUploadList(deps.storage)
  const { find, change, publish } = list
  const run = createUploadRun(deps, list)
  const files = new Map<string, File>()
  const running = new Map<string, AbortController>()

  const pump = (): void => {
    for (const upload of list.get()) {
      const file = files.get(upload.id)
      if (running.size >= mostAtOnce) return
      if (upload.state !== 'waiting' || running.has(upload.id) || file === undefined) continue
      const stop = new AbortController()
      running.set(upload.id, stop)
      void run(upload.id, file, stop.signal).finally(() => {
        running.delete(upload.id)
        const again = find(upload.id)
        if (again === undefined || again.state === 'done') files.delete(upload.id)
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
    const upload = newUpload(file, options, { id: deps.createId(), createdAtMs: deps.nowMs() })
    files.set(upload.id, file)
    publish([...list.get(), upload])
    void deps.storage.keep(upload, file).then((kept) => {
      const now = find(upload.id)
      // A small file may be through before it was kept.
      if (now === undefined || now.state === 'done') void deps.storage.remove(upload.id)
      else change(upload.id, { kept }, kept)
    })
    return upload
  }

  return {
    get: list.get,
    subscribe: list.subscribe,
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
      list.drop(id)
      halt(id)
      files.delete(id)
      void forget(id, upload)
    },
    clearDone: (): void => publish(list.get().filter(({ state }) => state !== 'done')),
    /** Goes on with what an earlier page left. */
    restore: async (): Promise<void> => {
      const kept = (await deps.storage.list()).filter(({ upload }) => find(upload.id) === undefined)
      for (const { upload, file } of kept) files.set(upload.id, file)
      const known = kept.map(({ upload }) => takenUp(upload))
      known.sort((left, right) => left.createdAtMs - right.createdAtMs)
      publish([...known, ...list.get()])
      pump()
    },
    /** The network is back, or somebody signed in again. */
    wake: (): void => {
      for (const upload of list.get()) {
        if (upload.state === 'failed' && upload.failure?.code === 'unauthenticated') {
          change(upload.id, { state: 'waiting', failure: null })
        }
      }
      pump()
    },
  }
}

export type UploadQueue = ReturnType<typeof createUploadQueue>
