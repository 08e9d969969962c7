// Sends a reply over the socket, piece by piece, with whatever the faults want done to it. Knows bytes and time only.
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Frame, Reply } from './types.ts'
import type { Delivery } from './faults/types.ts'
import type { LogEntry } from './state/log.ts'

/** Ordinary pace of a stream; all milliseconds, 0 means at once. */
export type Pace = { firstTokenMs: number; tokensPerSecond: number }

type Deps = { response: ServerResponse; entry: LogEntry; now: () => number; pace: Pace; left: AbortSignal }

const isToken = (frame: Frame) => frame.kind === 'content' || frame.kind === 'reasoning' || frame.kind === 'tool'

/** Cuts so that every character of several bytes lies across two packets. */
const splitCharacters = (data: Buffer): Buffer[] => {
  const parts: Buffer[] = []
  let from = 0
  for (let at = 0; at < data.length; at += 1) {
    const isLead = ((data[at] ?? 0) & 0xc0) === 0xc0
    if (!isLead) continue
    parts.push(data.subarray(from, at + 1))
    from = at + 1
  }
  return [...parts, data.subarray(from)]
}

const cut = (data: Buffer, chunking: Delivery['chunking']): Buffer[] => {
  if (chunking === 'byte') return Array.from(data, (_, index) => data.subarray(index, index + 1))
  return chunking === 'split-characters' ? splitCharacters(data) : [data]
}

const never = (left: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (left.aborted) return resolve()
    left.addEventListener('abort', () => resolve(), { once: true })
  })

const wait = (ms: number, left: AbortSignal) => sleep(ms, undefined, { signal: left }).catch(() => undefined)

const writePart = async ({ response, entry, now, left }: Deps, part: Buffer): Promise<void> => {
  if (part.length === 0 || left.aborted) return
  entry.firstByteAtMs ??= now() - entry.startedAtMs
  entry.bytesSent += part.length
  if (response.write(part)) return
  await new Promise<void>((resolve) => {
    response.once('drain', resolve)
    left.addEventListener('abort', () => resolve(), { once: true })
  })
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Answers whether the connection is to be ended properly. */
const writeFrames = async (reply: Reply, delivery: Delivery, deps: Deps): Promise<boolean> => {
  const { pace, left } = deps
  let started = false
  for (const frame of reply.frames) {
    const paced = reply.stream && isToken(frame)
    const usual = paced
      ? started
        ? pace.tokensPerSecond > 0
          ? 1000 / pace.tokensPerSecond
          : 0
        : pace.firstTokenMs
      : 0
    started ||= paced
    const waitMs = (frame.waitMs ?? 0) + usual
    if (waitMs > 0) await wait(waitMs, left)
    if (left.aborted) return false
    for (const part of cut(Buffer.from(frame.data), delivery.chunking)) {
      await writePart(deps, part)
      if (delivery.chunking) await nextTurn()
    }
    // A turn of the event loop between events keeps them apart on the wire, as they are in life.
    if (reply.stream) await nextTurn()
    if (frame.after === 'stall') {
      await never(left)
      return false
    }
    if (frame.after === 'reset') {
      // Let the bytes before the reset reach the other side, else the reset overtakes them.
      await wait(20, left)
      reset(deps)
      return false
    }
    if (frame.after === 'close') return true
  }
  return true
}

const reset = ({ response, entry }: Deps) => {
  entry.brokenBySimulator = true
  response.socket?.resetAndDestroy()
}

const beforeHeaders = async (delivery: Delivery, deps: Deps): Promise<boolean> => {
  const { response, entry, left } = deps
  if (delivery.headersDelayMs) await wait(delivery.headersDelayMs, left)
  if (left.aborted) return false
  if (delivery.neverAnswer) {
    await never(left)
    return false
  }
  if (delivery.resetBeforeHeaders) {
    reset(deps)
    return false
  }
  if (delivery.garbage) {
    entry.brokenBySimulator = true
    response.socket?.end('\u0000\u0001this is not http\r\n\r\n')
    return false
  }
  return true
}

const compress = (reply: Reply): Reply => ({
  ...reply,
  headers: { ...reply.headers, 'content-encoding': 'gzip' },
  frames: [],
})

const sendWhole = (reply: Reply, delivery: Delivery, { response, entry, now }: Deps): void => {
  const text = reply.frames.map((frame) => frame.data).join('')
  const data = delivery.gzip ? gzipSync(text) : Buffer.from(text)
  const length = delivery.shortOfLength ? data.length + 512 : data.length
  response.writeHead(reply.status, { ...reply.headers, 'content-length': String(length) })
  entry.firstByteAtMs = now() - entry.startedAtMs
  entry.bytesSent += data.length
  if (!delivery.shortOfLength) {
    response.end(data)
    entry.finished = true
    return
  }
  entry.brokenBySimulator = true
  response.write(data, () => response.socket?.destroySoon())
}

export const deliver = async (reply: Reply, delivery: Delivery, deps: Deps): Promise<void> => {
  const { response, entry, left } = deps
  entry.stream = reply.stream
  if (!(await beforeHeaders(delivery, deps))) return
  // Stays 0 for attempts that never saw a header.
  entry.status = reply.status
  const first = reply.frames[0]
  const plain = !reply.stream && reply.frames.length === 1 && first && !first.after && !first.waitMs
  if (delivery.gzip || delivery.shortOfLength || (plain && !delivery.chunking && !delivery.resetAfterHeaders)) {
    return sendWhole(delivery.gzip ? { ...compress(reply), frames: reply.frames } : reply, delivery, deps)
  }
  response.writeHead(reply.status, reply.headers)
  response.flushHeaders()
  if (delivery.resetAfterHeaders) {
    await wait(20, left)
    reset(deps)
    return
  }
  if (!(await writeFrames(reply, delivery, deps))) return
  entry.finished = true
  response.end()
}
