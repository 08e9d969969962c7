import { createContext, useContext, useSyncExternalStore } from 'react'
import type { UploadQueue } from './upload-queue.ts'
import type { Upload } from './upload.ts'

export const UploadContext = createContext<UploadQueue | null>(null)

export const useUploadQueue = (): UploadQueue => {
  const queue = useContext(UploadContext)
  if (queue === null) throw new Error('No upload queue above this component')
  return queue
}

export const useUploads = (): readonly Upload[] => {
  const queue = useUploadQueue()
  return useSyncExternalStore(queue.subscribe, queue.get)
}
