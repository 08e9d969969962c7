// Faults of the connection and of time: what a socket does before, between and after the bytes.
import type { Frame, Reply } from '../types.ts'
import type { Fault } from './types.ts'

const number = (args: string[], index: number, fallback: number): number => {
  const value = Number(args[index] ?? fallback)
  return Number.isFinite(value) ? value : fallback
}

/** A single body is cut in two so that something can happen in its middle. */
const splitBody = (reply: Reply): Frame[] => {
  if (reply.frames.length !== 1) return reply.frames
  const [only] = reply.frames
  if (!only) return []
  const middle = Math.floor(only.data.length / 2)
  return [
    { ...only, kind: 'content', data: only.data.slice(0, middle) },
    { ...only, kind: 'content', data: only.data.slice(middle) },
  ]
}

const isVisible = (frame: Frame) => frame.kind === 'content' || frame.kind === 'tool'

/** Index of the frame after which a fault strikes: the n-th visible piece, at the latest the one before the last; 0 strikes before the first. */
const strikeIndex = (frames: Frame[], count: number): number => {
  const visible = frames.flatMap((frame, index) => (isVisible(frame) ? [index] : []))
  if (count <= 0) return (visible[0] ?? 0) - 1
  return visible[Math.min(count, Math.max(visible.length - 1, 1)) - 1] ?? 0
}

/** Keeps the frames up to the n-th visible piece; the last of them ends with `after`. */
export const endAfter = (
  reply: Reply,
  count: number,
  after: NonNullable<Frame['after']>,
  extra: Frame[] = [],
): Reply => {
  const frames = splitBody(reply)
  const kept = [...frames.slice(0, strikeIndex(frames, count) + 1), ...extra]
  return { ...reply, frames: kept.map((frame, index) => (index === kept.length - 1 ? { ...frame, after } : frame)) }
}

const PIECES = 5

export const CONNECTION_FAULTS: Fault[] = [
  {
    name: 'reset',
    family: 'connection',
    what: 'resets the connection before any header',
    delivery: () => ({ resetBeforeHeaders: true }),
  },
  {
    name: 'reset-after-headers',
    family: 'connection',
    what: 'sends status 200 and headers, then resets',
    delivery: () => ({ resetAfterHeaders: true }),
  },
  {
    name: 'reset-mid-stream',
    family: 'connection',
    args: 'pieces=5',
    what: 'resets after so many content pieces (in the middle of a plain body)',
    frames: (reply, { args }) => endAfter(reply, number(args, 0, PIECES), 'reset'),
  },
  {
    name: 'garbage',
    family: 'connection',
    what: 'answers with bytes that are no HTTP',
    delivery: () => ({ garbage: true }),
  },
  {
    name: 'short-of-length',
    family: 'connection',
    what: 'announces a longer body than it sends, then closes',
    delivery: () => ({ shortOfLength: true }),
  },
  {
    name: 'silence',
    family: 'time',
    what: 'takes the request and never answers',
    delivery: () => ({ neverAnswer: true }),
  },
  {
    name: 'slow-headers',
    family: 'time',
    args: 'ms=2000',
    what: 'waits before the headers',
    delivery: (args) => ({ headersDelayMs: number(args, 0, 2000) }),
  },
  {
    name: 'slow-first-token',
    family: 'time',
    args: 'ms=2000',
    what: 'sends headers at once, waits before the first piece of body',
    frames: (reply, { args }) => ({
      ...reply,
      frames: reply.frames.map((frame, index) => (index === 0 ? { ...frame, waitMs: number(args, 0, 2000) } : frame)),
    }),
  },
  {
    name: 'slow-content',
    family: 'time',
    args: 'ms=2000',
    what: 'begins the stream at once, waits before the first content',
    frames: (reply, { args }) => {
      const at = reply.frames.findIndex((frame) => isVisible(frame) || frame.kind === 'body')
      const frames = reply.frames.map((frame, index) =>
        index === at ? { ...frame, waitMs: number(args, 0, 2000) } : frame,
      )
      return { ...reply, frames }
    },
  },
  {
    name: 'slow-pieces',
    family: 'time',
    args: 'ms=200',
    what: 'waits before every piece',
    frames: (reply, { args }) => ({
      ...reply,
      frames: reply.frames.map((frame) => ({ ...frame, waitMs: number(args, 0, 200) })),
    }),
  },
  {
    name: 'pause',
    family: 'time',
    args: 'ms=2000, pieces=5',
    what: 'pauses once in the middle, then goes on to a proper end',
    frames: (reply, { args }) => {
      const frames = splitBody(reply)
      const at = strikeIndex(frames, number(args, 1, PIECES)) + 1
      return {
        ...reply,
        frames: frames.map((frame, index) => (index === at ? { ...frame, waitMs: number(args, 0, 2000) } : frame)),
      }
    },
  },
  {
    name: 'stall',
    family: 'time',
    args: 'pieces=5',
    what: 'falls silent after so many content pieces and keeps the connection open',
    frames: (reply, { args }) => endAfter(reply, number(args, 0, PIECES), 'stall'),
  },
  {
    name: 'stall-first',
    family: 'time',
    what: 'sends headers and the opening event, then nothing',
    frames: (reply) => {
      const first = reply.frames.findIndex(
        (frame) => isVisible(frame) || frame.kind === 'body' || frame.kind === 'reasoning',
      )
      const kept = reply.frames.slice(0, Math.max(first, 0))
      return { ...reply, frames: [...kept, { kind: 'ping', data: '', after: 'stall' }] }
    },
  },
]
