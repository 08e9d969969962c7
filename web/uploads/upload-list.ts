/** The uploads as the page shows them, and as the browser keeps them for the next page. */
import type { Upload } from './upload.ts'
import type { UploadStorage } from './upload-storage.ts'

export interface UploadList {
  get(): readonly Upload[]
  /** Returns what ends the subscription. */
  subscribe(listener: () => void): () => void
  publish(next: readonly Upload[]): void
  find(id: string): Upload | undefined
  /** `save`: also for the next page; left out, it is. */
  change(id: string, fields: Partial<Upload>, save?: boolean): void
  /** Takes it off the list; what is stored stays. */
  drop(id: string): void
}

export const createUploadList = (storage: Pick<UploadStorage, 'update'>): UploadList => {
  let uploads: readonly Upload[] = []
  const listeners = new Set<() => void>()
  const publish = (next: readonly Upload[]): void => {
    uploads = next
    for (const listener of listeners) listener()
  }
  const find = (id: string): Upload | undefined => uploads.find((upload) => upload.id === id)
  return {
    get: () => uploads,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    publish,
    find,
    change(id, fields, save = true) {
      publish(uploads.map((upload) => (upload.id === id ? { ...upload, ...fields } : upload)))
      const upload = find(id)
      if (save && upload !== undefined) void storage.update(upload)
    },
    drop: (id) => publish(uploads.filter((upload) => upload.id !== id)),
  }
}
