// How long a recording is: exact for WAV, by bit rate for MP3, by a usual rate for everything else.
const MP3_KILOBITS = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
/** 32 kbit/s, a usual rate of speech in Opus or AAC. */
const USUAL_BYTES_PER_SECOND = 4000

const wavSeconds = (data: Buffer): number | undefined => {
  if (data.length < 44 || data.toString('latin1', 0, 4) !== 'RIFF') return undefined
  let at = 12
  let bytesPerSecond = 32_000
  while (at + 8 <= data.length) {
    const id = data.toString('latin1', at, at + 4)
    const size = data.readUInt32LE(at + 4)
    if (id === 'fmt ' && at + 20 <= data.length) bytesPerSecond = data.readUInt32LE(at + 16) || bytesPerSecond
    // A streamed WAV announces no size: the rest of the file counts.
    if (id === 'data') return Math.min(size, data.length - at - 8) / bytesPerSecond
    at += 8 + size + (size % 2)
  }
  return undefined
}

const mp3Seconds = (data: Buffer): number | undefined => {
  let at = 0
  if (data.toString('latin1', 0, 3) === 'ID3' && data.length > 10) {
    at = 10 + (((data[6] ?? 0) << 21) | ((data[7] ?? 0) << 14) | ((data[8] ?? 0) << 7) | (data[9] ?? 0))
  }
  if (data[at] !== 0xff || ((data[at + 1] ?? 0) & 0xe0) !== 0xe0) return undefined
  const kilobits = MP3_KILOBITS[(data[at + 2] ?? 0) >> 4] ?? 0
  return kilobits === 0 ? undefined : ((data.length - at) * 8) / (kilobits * 1000)
}

const KNOWN = [
  (data: Buffer) => data.toString('latin1', 0, 4) === 'fLaC',
  (data: Buffer) => data.toString('latin1', 0, 4) === 'OggS',
  (data: Buffer) => data.toString('latin1', 4, 8) === 'ftyp',
  (data: Buffer) => data.length > 4 && data.readUInt32BE(0) === 0x1a45dfa3,
]

/** Seconds of sound; undefined when the bytes are no audio file we know. */
export const audioSeconds = (data: Buffer): number | undefined => {
  const exact = wavSeconds(data) ?? mp3Seconds(data)
  if (exact !== undefined) return exact
  return KNOWN.some((matches) => matches(data)) ? data.length / USUAL_BYTES_PER_SECOND : undefined
}
