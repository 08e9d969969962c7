/** Keeps files and how far they are in the browser's database, so that a reload or a crash loses nothing. */
import { createStore, del, entries, get, set, type UseStore } from 'idb-keyval'
import type { Upload } from './upload.ts'

interface StoredUpload {
  upload: Upload
  file: File
}

export interface UploadStorage {
  /** False when there is no room, or the browser refuses to keep data. */
  keep: (upload: Upload, file: File) => Promise<boolean>
  update: (upload: Upload) => Promise<void>
  read: (id: string) => Promise<StoredUpload | null>
  list: () => Promise<StoredUpload[]>
  remove: (id: string) => Promise<void>
}

interface Stores {
  files: UseStore
  uploads: UseStore
}

const openStores = (): Stores => ({
  // Two databases, since idb-keyval makes one store a database; progress is written often, files once.
  files: createStore('mp4totext-files', 'files'),
  uploads: createStore('mp4totext-uploads', 'uploads'),
})

const ignore = (): undefined => undefined

export const createUploadStorage = (): UploadStorage => {
  let stores: Stores | null = null
  const open = (): Stores => (stores ??= openStores())
  return {
    keep: async (upload, file) => {
      try {
        const { quota, usage } = await navigator.storage.estimate()
        if (quota !== undefined && usage !== undefined && file.size > quota - usage) return false
      } catch {
        // The estimate exists in secure contexts only; then the write itself shows whether there is room.
      }
      try {
        await set(upload.id, file, open().files)
        await set(upload.id, { ...upload, kept: true }, open().uploads)
        return true
      } catch {
        return false
      }
    },
    update: async (upload) => {
      if (upload.kept) await set(upload.id, upload, open().uploads).catch(ignore)
    },
    read: async (id) => {
      try {
        const [upload, file] = await Promise.all([get<Upload>(id, open().uploads), get<File>(id, open().files)])
        return upload === undefined || file === undefined ? null : { upload, file }
      } catch {
        return null
      }
    },
    list: async () => {
      try {
        const [uploads, files] = await Promise.all([
          entries<string, Upload>(open().uploads),
          entries<string, File>(open().files),
        ])
        const byId = new Map(files)
        return uploads.flatMap(([id, upload]) => {
          const file = byId.get(id)
          return file === undefined ? [] : [{ upload, file }]
        })
      } catch {
        return []
      }
    },
    remove: async (id) => {
      await del(id, open().uploads).catch(ignore)
      await del(id, open().files).catch(ignore)
    },
  }
}
