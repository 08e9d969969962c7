/** Recordings for the demo, made of the speech samples: joined, or silent. 16 kHz mono PCM in a WAV file. */
import { readFile } from 'node:fs/promises'

const RATE = 16_000
const HEADER_BYTES = 44

const header = (dataBytes: number): Buffer => {
  const bytes = Buffer.alloc(HEADER_BYTES)
  bytes.write('RIFF', 0)
  bytes.writeUInt32LE(36 + dataBytes, 4)
  bytes.write('WAVEfmt ', 8)
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(RATE, 24)
  bytes.writeUInt32LE(RATE * 2, 28)
  bytes.writeUInt16LE(2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36)
  bytes.writeUInt32LE(dataBytes, 40)
  return bytes
}

const silence = (seconds: number): Buffer => Buffer.alloc(Math.round(seconds * RATE) * 2)

/** The samples of a file: what follows its `data` chunk's header. */
const samplesOf = async (file: URL): Promise<Buffer> => {
  const bytes = await readFile(file)
  const at = bytes.indexOf('data', 12)
  return bytes.subarray(at + 8, at + 8 + bytes.readUInt32LE(at + 4))
}

const toWave = (data: Buffer): Uint8Array<ArrayBuffer> => new Uint8Array(Buffer.concat([header(data.length), data]))

export const joinSamples = async (names: readonly string[], pauseSecond: number): Promise<Uint8Array<ArrayBuffer>> => {
  const parts = await Promise.all(
    names.map((name) => samplesOf(new URL(`../../test/fixtures/audio/${name}.wav`, import.meta.url))),
  )
  return toWave(Buffer.concat(parts.flatMap((part) => [part, silence(pauseSecond)])))
}

export const silentWave = (seconds: number): Uint8Array<ArrayBuffer> => toWave(silence(seconds))
