/**
 * Reads slices of a work file: raw signed 16-bit little-endian samples, 16 kHz, mono, no header.
 *
 * Never the whole file: three hours are 345 MB.
 */
import { open, type FileHandle } from 'node:fs/promises'

export const SAMPLE_RATE = 16_000
const BYTES_PER_SAMPLE = 2

export interface AudioFile {
  readonly durationSecond: number
  readonly sampleCount: number
  /** Samples from `start` (inclusive) as −1 … 1; shorter than `count` at the end of the recording. */
  read(start: number, count: number): Promise<Float32Array>
  close(): Promise<void>
}

/** Opens a work file; the caller closes it. */
export const openAudioFile = async (path: string): Promise<AudioFile> => {
  const handle = await open(path, 'r')
  const { size } = await handle.stat()
  const sampleCount = Math.floor(size / BYTES_PER_SAMPLE)
  return {
    durationSecond: sampleCount / SAMPLE_RATE,
    sampleCount,
    read: (start, count) => readSamples(handle, start, Math.max(0, Math.min(count, sampleCount - start))),
    close: () => handle.close(),
  }
}

const readSamples = async (handle: FileHandle, start: number, count: number): Promise<Float32Array> => {
  const bytes = new Uint8Array(count * BYTES_PER_SAMPLE)
  let filled = 0
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start * BYTES_PER_SAMPLE + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return toFloat(new Int16Array(bytes.buffer, 0, filled >> 1))
}

const toFloat = (samples: Int16Array): Float32Array => {
  const floats = new Float32Array(samples.length)
  for (let index = 0; index < samples.length; index += 1) floats[index] = (samples[index] ?? 0) / 32_768
  return floats
}
