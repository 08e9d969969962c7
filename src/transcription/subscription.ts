/**
 * One page's view of what happens: notices in, events of the contract out.
 *
 * A slow reader is served what is true when it reads: notices of one kind about one thing wait as one, so what waits is
 * bounded by the number of things, not by the time.
 */
import { AppError } from '../errors.ts'
import type { Notice, Notices } from './events.ts'
import { listSegments } from './store/pieces.store.ts'
import { listSteps } from './store/steps.store.ts'
import { findText } from './store/texts.store.ts'
import { findGeneration, findOpen, findOwned, type Executor } from './store/transcriptions.store.ts'
import type { TranscriptionEvent } from './types.ts'
import { toSummary, toText, type ListedTranscription } from './views.ts'

export interface SubscriptionOptions {
  readonly userId: string
  readonly transcriptionId?: string | undefined
  readonly signal: AbortSignal
}

interface Dependencies {
  readonly db: Executor
  readonly notices: Notices
}

const keyOf = (notice: Notice): string => {
  switch (notice.kind) {
    case 'queue':
    case 'resync':
      return notice.kind
    case 'step':
      return `${notice.id} step ${notice.step}`
    case 'text':
      return `${notice.id} text ${notice.textId}`
    default:
      return `${notice.id} ${notice.kind}`
  }
}

/** Two notices about one thing as one: the newer, and for segments the range of both. */
const merge = (older: Notice | undefined, newer: Notice): Notice =>
  older?.kind === 'segments' && newer.kind === 'segments'
    ? { ...newer, after: Math.min(older.after, newer.after), to: Math.max(older.to, newer.to) }
    : newer

const concerns = (notice: Notice, { userId, transcriptionId }: SubscriptionOptions): boolean => {
  if (notice.kind === 'queue' || notice.kind === 'resync') return true
  if (notice.kind === 'stop' || notice.userId !== userId) return false
  return transcriptionId === undefined || notice.id === transcriptionId
}

/** What is true now, about the one recording or all that are not finished. */
const readState = async (db: Executor, options: SubscriptionOptions): Promise<TranscriptionEvent[]> => {
  const { userId, transcriptionId } = options
  const rows: (ListedTranscription | undefined)[] =
    transcriptionId === undefined ? await findOpen(db, userId) : [await findOwned(db, userId, transcriptionId)]
  return rows
    .filter((row) => row !== undefined)
    .map((row) => ({ type: 'transcription', transcription: toSummary(row) }) as const)
}

const onlyQueued = (event: TranscriptionEvent): boolean =>
  event.type === 'transcription' && event.transcription.status === 'queued'

/** The events a notice stands for; none when what it is about has gone since. */
const toEvents = async (db: Executor, notice: Notice, options: SubscriptionOptions): Promise<TranscriptionEvent[]> => {
  switch (notice.kind) {
    case 'stop':
      return []
    case 'resync':
      return readState(db, options)
    case 'queue':
      return (await readState(db, options)).filter(onlyQueued)
    case 'deleted':
      return [{ type: 'deleted', transcriptionId: notice.id }]
    case 'progress':
      return [{ type: 'progress', transcriptionId: notice.id, progress: notice.progress }]
    case 'transcription':
      return readState(db, { ...options, transcriptionId: notice.id })
    case 'step': {
      const step = (await listSteps(db, notice.id)).find(({ name }) => name === notice.step)
      return step ? [{ type: 'step', transcriptionId: notice.id, step }] : []
    }
    case 'text': {
      const text = await findText(db, notice.id, notice.textId)
      return text ? [{ type: 'text', transcriptionId: notice.id, text: toText(text) }] : []
    }
    case 'segments':
      return readSegments(db, notice)
  }
}

const readSegments = async (
  db: Executor,
  notice: Extract<Notice, { kind: 'segments' }>,
): Promise<TranscriptionEvent[]> => {
  const row = await findGeneration(db, notice.id)
  if (row === undefined) return []
  const of = { transcriptionId: notice.id, generation: row.generation }
  const items = await listSegments(db, of, { after: notice.after, limit: notice.to - notice.after })
  return items.length === 0 ? [] : [{ type: 'segments', transcriptionId: notice.id, items }]
}

/** A box that wakes whoever waits for something in it. */
const createMailbox = (signal: AbortSignal) => {
  const waiting = new Map<string, Notice>()
  let wake: (() => void) | undefined
  signal.addEventListener('abort', () => wake?.(), { once: true })
  return {
    put(notice: Notice): void {
      const key = keyOf(notice)
      waiting.set(key, merge(waiting.get(key), notice))
      wake?.()
    },
    take(): Notice[] {
      const notices = [...waiting.values()]
      waiting.clear()
      return notices
    },
    /** Resolves when something is in it or the signal is aborted. */
    async filled(): Promise<void> {
      if (waiting.size > 0 || signal.aborted) return
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    },
  }
}

/** Events for one reader until its signal is aborted. Error: `not-found` for a recording of somebody else. */
export async function* subscribe(
  { db, notices }: Dependencies,
  options: SubscriptionOptions,
): AsyncGenerator<TranscriptionEvent, void, undefined> {
  const { signal } = options
  const mailbox = createMailbox(signal)
  // Heard before the state is read, so that nothing falls between.
  const unsubscribe = notices.subscribe((notice) => {
    if (concerns(notice, options)) mailbox.put(notice)
  })
  try {
    const state = await readState(db, options)
    if (options.transcriptionId !== undefined && state.length === 0) {
      throw new AppError('not-found', 'There is no such recording')
    }
    yield* state
    while (!signal.aborted) {
      await mailbox.filled()
      for (const notice of mailbox.take()) {
        if (signal.aborted) return
        const events = await toEvents(db, notice, options)
        yield* events
        if (events.some(({ type }) => type === 'deleted') && options.transcriptionId !== undefined) return
      }
    }
  } finally {
    unsubscribe()
  }
}
