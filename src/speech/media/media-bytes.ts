/** What a recording's own bytes say that the media tools keep quiet about. Reads little, trusts nothing. */
import { open, type FileHandle } from 'node:fs/promises'

const HEAD_BYTES = 4096
const CHUNK_BYTES = 1 << 20
/** Of the index of an MP4; sample tables of long recordings come to some megabytes. */
const LONGEST_INDEX_BYTES = 64 * CHUNK_BYTES
const MP4_BOXES = new Set(['ftyp', 'moov', 'mdat', 'free', 'skip', 'wide', 'pnot', 'styp', 'moof', 'uuid'])
/** Sample descriptions of protected tracks: Common Encryption and the older stores'. */
const PROTECTED = /enc[av][\s\S]{0,400}?sinf|sinf[\s\S]{0,40}?frma|drm[si]\0|aavd/

export interface MediaBytes {
  readonly head: Uint8Array
  readonly bytes: number
  /** Begins as an MP4 or QuickTime file does. */
  readonly isMp4: boolean
  /** An MP4 whose index describes a protected track. */
  readonly isProtected: boolean
  /** Sample bytes that a WAV header promises and the file does not hold. */
  readonly missingBytes: number
}

export const readMediaBytes = async (path: string): Promise<MediaBytes> => {
  const handle = await open(path, 'r')
  try {
    const bytes = (await handle.stat()).size
    const head = await read(handle, 0, HEAD_BYTES)
    const isMp4 = MP4_BOXES.has(head.toString('latin1', 4, 8))
    return {
      head,
      bytes,
      isMp4,
      isProtected: isMp4 && (await hasProtectedTrack(handle, bytes)),
      missingBytes: missingInWav(head, bytes),
    }
  } finally {
    await handle.close()
  }
}

const read = async (handle: FileHandle, position: number, length: number): Promise<Buffer> => {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}

/** Walks the outer boxes to the index; a file that lies about sizes only ends the walk. */
const hasProtectedTrack = async (handle: FileHandle, bytes: number): Promise<boolean> => {
  let position = 0
  for (let boxes = 0; boxes < 1000 && position + 8 <= bytes; boxes += 1) {
    const box = await read(handle, position, 16)
    if (box.length < 16) return false
    const short = box.readUInt32BE(0)
    const length = short === 1 ? Number(box.readBigUInt64BE(8)) : short === 0 ? bytes - position : short
    if (length < 8) return false
    if (box.toString('latin1', 4, 8) === 'moov')
      return await searchIndex(handle, position, Math.min(length, bytes - position))
    position += length
  }
  return false
}

const searchIndex = async (handle: FileHandle, start: number, length: number): Promise<boolean> => {
  const end = start + Math.min(length, LONGEST_INDEX_BYTES)
  // Chunks overlap, so that a description across their border is seen.
  for (let position = start; position < end; position += CHUNK_BYTES - 1024) {
    const chunk = await read(handle, position, Math.min(CHUNK_BYTES, end - position))
    if (PROTECTED.test(chunk.toString('latin1'))) return true
  }
  return false
}

/** Recorders that stream write 0 or the largest number as the length; that promises nothing. */
const missingInWav = (head: Buffer, bytes: number): number => {
  if (head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WAVE') return 0
  let position = 12
  while (position + 8 <= head.length) {
    const length = head.readUInt32LE(position + 4)
    if (head.toString('latin1', position, position + 4) === 'data') {
      return length >= 0x7fff_f000 ? 0 : Math.max(0, position + 8 + length - bytes)
    }
    position += 8 + length + (length % 2)
  }
  return 0
}
