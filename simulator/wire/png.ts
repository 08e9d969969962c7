// A small PNG whose colour follows from a text.
import { crc32, deflateSync } from 'node:zlib'
import { hashNumber } from '../tokens.ts'

const SIZE = 32

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

export const drawPng = (seed: string): Buffer => {
  const color = hashNumber(seed)
  const header = Buffer.alloc(13)
  header.writeUInt32BE(SIZE, 0)
  header.writeUInt32BE(SIZE, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const pixel = [color & 255, (color >> 8) & 255, (color >> 16) & 255]
  const row = Buffer.from([0, ...Array.from({ length: SIZE }, () => pixel).flat()])
  const pixels = deflateSync(Buffer.concat(Array.from({ length: SIZE }, () => row)))
  const magic = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
  return Buffer.concat([magic, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))])
}
