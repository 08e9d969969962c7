/** One upload, as pages see it and as it is kept in the browser until the server has the whole file. */
import type { TranscriptionOptions } from '../../src/http/contract/transcriptions.ts'

export type UploadState =
  | 'waiting'
  | 'uploading'
  | 'paused'
  /** Every byte is there; the server looks at the media. */
  | 'confirming'
  | 'done'
  | 'failed'

export interface UploadFailure {
  code: string
  title?: string | undefined
  advice?: string | undefined
  message: string
  /** Live models to take instead, `provider/key`, where the chosen one was refused. */
  suggestions?: string[] | undefined
  /** Whether it was the engine or the writing model that was refused. */
  model?: string | undefined
}

export interface Upload {
  id: string
  fileName: string
  fileType: string
  sizeBytes: number
  options: Partial<TranscriptionOptions>
  state: UploadState
  bytesDone: number
  /** Bytes a second over the last moments; null until known. */
  bytesPerSecond: number | null
  /** Where the server keeps the part that has arrived. */
  uploadUrl: string | null
  failure: UploadFailure | null
  /** Sending broke off and is tried again by itself. */
  interrupted: boolean
  transcriptionId: string | null
  /** False when the browser had no room to keep the file: it goes on only while this page is open. */
  kept: boolean
  createdAtMs: number
}

export const newUpload = (
  file: Pick<File, 'name' | 'type' | 'size'>,
  options: Partial<TranscriptionOptions>,
  { id, createdAtMs }: Pick<Upload, 'id' | 'createdAtMs'>,
): Upload => ({
  id,
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
  createdAtMs,
})

/** As a new page goes on with one that an earlier page left: what nobody paused and nothing stopped is sent again. */
export const takenUp = (upload: Upload): Upload => ({
  ...upload,
  state: upload.state === 'paused' || upload.state === 'failed' ? upload.state : 'waiting',
  bytesPerSecond: null,
  interrupted: false,
})

export const isOpen = (upload: Upload): boolean => upload.state !== 'done' && upload.state !== 'failed'

/** What all open uploads together have sent, 0 to 1. */
export const totalShare = (uploads: readonly Upload[]): number => {
  const open = uploads.filter(isOpen)
  const total = open.reduce((sum, upload) => sum + upload.sizeBytes, 0)
  return total === 0 ? 0 : open.reduce((sum, upload) => sum + upload.bytesDone, 0) / total
}
