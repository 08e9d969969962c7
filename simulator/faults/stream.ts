// Faults in the run of events: cut, broken, doubled, missing or strangely framed.
import type { Frame, Reply } from '../types.ts'
import { parseJson } from '../json.ts'
import { endAfter } from './connection.ts'
import type { Fault } from './types.ts'

const isNdjson = (reply: Reply) => (reply.headers['content-type'] ?? '').includes('ndjson')

const brokenEvent = (reply: Reply): Frame => ({
  kind: 'content',
  data: isNdjson(reply)
    ? '{"model":"sim","message":{"role":"assist\n'
    : 'data: {"id":"chatcmpl-sim","choices":[{"delta":{"content":"bro\n\n',
})

const middle = (frames: Frame[]): number => {
  const visible = frames.flatMap((frame, index) => (frame.kind === 'content' || frame.kind === 'tool' ? [index] : []))
  return visible[Math.floor(visible.length / 2)] ?? frames.length
}

const insert = (reply: Reply, at: number, frames: Frame[]): Reply => ({
  ...reply,
  frames: [...reply.frames.slice(0, at), ...frames, ...reply.frames.slice(at)],
})

const without = (reply: Reply, kinds: Frame['kind'][]): Reply =>
  reply.stream ? { ...reply, frames: reply.frames.filter((frame) => !kinds.includes(frame.kind)) } : reply

const eachFrame = (reply: Reply, change: (data: string) => string): Reply =>
  reply.stream ? { ...reply, frames: reply.frames.map((frame) => ({ ...frame, data: change(frame.data) })) } : reply

const spread = (data: string): string => {
  const [, head = '', json = ''] = /^([\s\S]*?data: )(\{[\s\S]*\})\s*$/.exec(data) ?? []
  const value = parseJson(json)
  if (value === undefined) return data
  return `${head}${JSON.stringify(value, null, 1).split('\n').join('\ndata: ')}\n\n`
}

export const STREAM_FAULTS: Fault[] = [
  {
    name: 'cut',
    family: 'stream',
    args: 'pieces=5',
    what: 'ends cleanly after so many pieces, without finish reason or end mark (a plain body: half of it)',
    frames: (reply, { args }) => endAfter(reply, Number(args[0] ?? 5), 'close'),
  },
  {
    name: 'no-finish',
    family: 'stream',
    what: 'sends all content, then ends cleanly without finish reason, usage or end mark',
    frames: (reply) => without(reply, ['finish', 'usage', 'end']),
  },
  {
    name: 'no-done',
    family: 'stream',
    what: 'leaves out only the end mark ([DONE], message_stop)',
    frames: (reply) => without(reply, ['end']),
  },
  {
    name: 'no-done-stall',
    family: 'stream',
    what: 'sends the finish reason, then neither end mark nor end of body',
    frames: (reply) => {
      const kept = without(reply, ['end'])
      const last = kept.frames.length - 1
      return {
        ...kept,
        frames: kept.frames.map((frame, index) => (index === last ? { ...frame, after: 'stall' } : frame)),
      }
    },
  },
  {
    name: 'empty-stream',
    family: 'stream',
    what: 'status 200 and stream headers, no event at all',
    frames: (reply) => ({ ...reply, frames: [] }),
  },
  {
    name: 'end-only',
    family: 'stream',
    what: 'nothing but the end mark',
    frames: (reply) => ({ ...reply, frames: reply.frames.filter((frame) => frame.kind === 'end') }),
  },
  {
    name: 'error-event',
    family: 'stream',
    args: 'kind=overloaded, pieces=5',
    what: 'an error event of the provider in the middle of a 200 stream',
    frames: (reply, context) =>
      reply.stream
        ? endAfter(reply, Number(context.args[1] ?? 5), 'close', context.errorFrames(context.args[0] ?? 'overloaded'))
        : context.errorReply(context.args[0] ?? 'overloaded'),
  },
  {
    name: 'error-first',
    family: 'stream',
    args: 'kind=overloaded',
    what: 'an error event as the first event of a 200 stream',
    frames: (reply, context) =>
      reply.stream
        ? { ...reply, frames: context.errorFrames(context.args[0] ?? 'overloaded') }
        : context.errorReply(context.args[0] ?? 'overloaded'),
  },
  {
    name: 'malformed-event',
    family: 'stream',
    what: 'one event in the middle is broken JSON, everything else is whole',
    frames: (reply) => (reply.stream ? insert(reply, middle(reply.frames), [brokenEvent(reply)]) : reply),
  },
  {
    name: 'duplicate-start',
    family: 'stream',
    what: 'the opening event twice (faulty proxies send message_start twice)',
    frames: (reply) => insert(reply, 1, reply.stream ? reply.frames.slice(0, 1) : []),
  },
  {
    name: 'identical-pieces',
    family: 'stream',
    args: 'count=120',
    what: 'the first content piece so many times in a row, then a proper end',
    frames: (reply, { args }) => {
      const at = reply.frames.findIndex((frame) => frame.kind === 'content')
      const piece = reply.frames[at]
      if (!piece || !reply.stream) return reply
      const others = { ...reply, frames: reply.frames.filter((frame) => frame.kind !== 'content') }
      return insert(
        others,
        at,
        Array.from({ length: Number(args[0] ?? 120) }, () => piece),
      )
    },
  },
  {
    name: 'comments',
    family: 'stream',
    what: 'comment lines, empty events and unknown events between the others',
    frames: (reply) => {
      if (!reply.stream || isNdjson(reply)) return reply
      const noise: Frame = { kind: 'ping', data: ': keep-alive\n\nevent: keepalive\ndata: {"type":"keepalive"}\n\n\n' }
      return { ...reply, frames: reply.frames.flatMap((frame, index) => (index % 3 === 1 ? [noise, frame] : [frame])) }
    },
  },
  {
    name: 'crlf',
    family: 'stream',
    what: 'lines end with CR LF',
    frames: (reply) => eachFrame(reply, (data) => data.replace(/\r?\n/g, '\r\n')),
  },
  {
    name: 'several-data-lines',
    family: 'stream',
    what: 'each event’s JSON spread over several data lines',
    frames: (reply) => (isNdjson(reply) ? reply : eachFrame(reply, spread)),
  },
]
