/** Ids are made here, never by the database, so that a row is whole before it is stored. */
import { randomBytes } from 'node:crypto'

let lastMs = 0
let counter = 0

/** The 12 bits between the time and the random part count up within one millisecond, so ids of one process sort as made. */
const nextStamp = (nowMs: number): { ms: number; count: number } => {
  if (nowMs > lastMs) {
    lastMs = nowMs
    counter = randomBytes(1)[0] ?? 0
  } else if (counter < 0xfff) {
    counter += 1
  } else {
    lastMs += 1
    counter = 0
  }
  return { ms: lastMs, count: counter }
}

/** A UUID version 7 (RFC 9562): sorts by the time it was made, here to the order within a millisecond. */
export const createId = (nowMs: number = Date.now()): string => {
  const { ms, count } = nextStamp(nowMs)
  const bytes = randomBytes(16)
  bytes.writeUIntBE(ms, 0, 6)
  bytes.writeUInt16BE(0x7000 | count, 6)
  bytes.writeUInt8(((bytes[8] ?? 0) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Whether a text from outside may be given to the database as a UUID. */
export const isId = (text: string): boolean => ID.test(text)
