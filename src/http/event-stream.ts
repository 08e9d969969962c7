/** Server-sent events: one JSON object an event, a comment now and then so that nobody on the way closes the line. */
import { setMaxListeners } from 'node:events'
import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

const PING_MS = 15_000
/** A stream ends after this long and the browser opens a new one, so that an ended session does not listen on. */
const LONGEST_MS = 30 * 60_000
const RETRY_MS = 2_000

const toEvent = (id: number, data: unknown): string => `id: ${id}\ndata: ${JSON.stringify(data)}\n\n`

/** Events as they come, and a ping for each `PING_MS` without one. */
async function* withPings<Event>(events: AsyncIterable<Event>, signal: AbortSignal): AsyncGenerator<string> {
  const iterator = events[Symbol.asyncIterator]()
  let id = 0
  let next = iterator.next()
  yield `retry: ${RETRY_MS}\n\n`
  try {
    while (!signal.aborted) {
      let timer: NodeJS.Timeout | undefined
      const ping = new Promise<'ping'>((resolve) => {
        timer = setTimeout(() => resolve('ping'), PING_MS)
      })
      const first = await Promise.race([next, ping]).finally(() => clearTimeout(timer))
      if (first === 'ping') {
        yield ': ping\n\n'
        continue
      }
      if (first.done === true) return
      id += 1
      yield toEvent(id, first.value)
      next = iterator.next()
    }
  } finally {
    next.catch(() => {})
    await iterator.return?.()
  }
}

/** Answers with the events until they end, the reader leaves, or the server closes. */
export const sendEvents = (
  reply: FastifyReply,
  closing: AbortSignal,
  open: (signal: AbortSignal) => AsyncIterable<unknown>,
): FastifyReply => {
  const left = new AbortController()
  const signal = AbortSignal.any([left.signal, closing, AbortSignal.timeout(LONGEST_MS)])
  setMaxListeners(50, signal)
  const stream = Readable.from(withPings(open(signal), signal), { highWaterMark: 1 })
  reply.raw.on('close', () => left.abort())
  reply.raw.socket?.setNoDelay(true)
  return reply
    .headers({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      // nginx holds answers back unless told otherwise.
      'x-accel-buffering': 'no',
    })
    .send(stream)
}
