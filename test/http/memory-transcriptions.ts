/**
 * A transcription domain that only remembers: enough to test what the server does around it. Whether recordings become
 * text is tested with the real one, in `test/pipeline` and `test/hostile`.
 */
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { AppError } from '../../src/errors.ts'
import { createId } from '../../src/lib/ids.ts'
import type { CreateTranscriptionInput, Transcriptions } from '../../src/transcription/transcriptions.ts'
import type {
  Transcription,
  TranscriptionEvent,
  TranscriptionOptions,
  TranscriptionText,
} from '../../src/transcription/types.ts'

interface Item {
  readonly userId: string
  readonly uploadId: string | undefined
  readonly path: string
  value: Transcription
}

export interface MemoryTranscriptions extends Transcriptions {
  readonly items: Map<string, Item>
  /** Sends an event to everyone who listens to this recording. */
  emit(userId: string, event: TranscriptionEvent): void
  listeners(): number
  /** Makes the next `create` fail. */
  failNext(error: Error): void
  /** Makes options with this model fail. */
  refuse(model: string, error: Error): void
  /** Makes the next `create` wait when it has taken the file; returns what lets it go on. */
  holdNext(): () => void
}

const text = (id: string): TranscriptionText => ({
  id,
  kind: 'raw',
  status: 'done',
  content: 'one two three',
  complete: true,
  missing: [],
  missingBecause: [],
  provider: null,
  model: null,
  originalModel: null,
  fallbackUsed: false,
  notes: [],
  warnings: [],
  plan: null,
  decision: null,
  attempts: [],
  options: {},
  durationMs: 1,
  costMicrocents: null,
  charge: null,
  error: null,
  revision: 1,
  edited: false,
  createdAt: new Date().toISOString(),
})

const toItem = (id: string, input: CreateTranscriptionInput, sizeBytes: number): Transcription => ({
  id,
  title: input.options.title ?? input.fileName,
  fileName: input.fileName,
  sizeBytes,
  durationSecond: 1,
  hasVideo: false,
  status: 'queued',
  language: null,
  excerpt: '',
  progress: null,
  error: null,
  failedSteps: [],
  createdAt: new Date().toISOString(),
  completedAt: null,
  options: input.options,
  languageProbability: null,
  engine: null,
  speechModel: null,
  media: { container: null, audioCodec: null, channels: null, sampleRate: null, mediaType: 'audio/wav' },
  coverage: null,
  warnings: [],
  speakers: {},
  steps: [],
  texts: [text(createId())],
  revision: 1,
})

const untilAborted = async (held: Promise<undefined> | undefined, signal: AbortSignal | undefined): Promise<void> => {
  if (held === undefined) return
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true })
  await Promise.race([held, aborted])
}

export const createMemoryTranscriptions = (directory: string): MemoryTranscriptions => {
  const items = new Map<string, Item>()
  const listening = new Set<{ userId: string; id: string | undefined; push(event: TranscriptionEvent): void }>()
  let failure: Error | undefined
  const refused = new Map<string, Error>()
  const check = ({ model }: TranscriptionOptions): Promise<void> => {
    const error = refused.get(model)
    return error === undefined ? Promise.resolve() : Promise.reject(error)
  }
  let hold: Promise<undefined> | undefined

  const find = (userId: string, id: string): Item => {
    const item = items.get(id)
    if (item?.userId !== userId) throw new AppError('not-found', 'There is no such transcription')
    return item
  }
  const change = (userId: string, id: string, part: Partial<Transcription>): Promise<Transcription> => {
    const item = find(userId, id)
    item.value = { ...item.value, ...part, revision: item.value.revision + 1 }
    return Promise.resolve(item.value)
  }

  return {
    items,
    failNext: (error) => (failure = error),
    refuse: (model, error) => void refused.set(model, error),
    checkOptions: check,
    holdNext: () => {
      const { promise, resolve } = Promise.withResolvers<undefined>()
      hold = promise
      return () => resolve(undefined)
    },
    listeners: () => listening.size,
    emit: (userId, event) => {
      for (const listener of listening) if (listener.userId === userId) listener.push(event)
    },
    async create(input) {
      await check(input.options)
      const thrown = failure
      failure = undefined
      const bytes = 'path' in input.source ? await readFile(input.source.path) : await buffer(input.source.stream)
      if (thrown !== undefined) throw thrown
      if (bytes.length === 0) {
        if ('path' in input.source) await rm(input.source.path)
        throw new AppError('media-empty', 'The file holds no byte')
      }
      const id = createId()
      const path = join(directory, id)
      await writeFile(path, bytes)
      if ('path' in input.source) await rm(input.source.path)
      const held = hold
      hold = undefined
      try {
        await untilAborted(held, input.signal)
      } catch (error) {
        if ('path' in input.source) await writeFile(input.source.path, bytes)
        await rm(path)
        throw error
      }
      const value = toItem(id, input, bytes.length)
      items.set(id, { userId: input.userId, uploadId: input.uploadId, path, value })
      return value
    },
    makeText: (userId, id, { kind, model }) => {
      find(userId, id)
      return Promise.resolve({ ...text(createId()), kind, status: 'running', content: '', options: { model } })
    },
    planText: (userId, id, { model }) => {
      find(userId, id)
      return Promise.resolve({
        model,
        contextLength: null,
        inputTokens: 3,
        chunks: 1,
        levels: 1,
        requests: 1,
        totalInputTokens: 3,
        totalOutputTokens: 3,
        costMicrocents: null,
        seconds: null,
      })
    },
    findByUpload: (userId, uploadId) => {
      const found = [...items.values()].find((item) => item.userId === userId && item.uploadId === uploadId)
      return Promise.resolve(found?.value ?? null)
    },
    list: (userId) => {
      const own = [...items.values()].filter((item) => item.userId === userId).map((item) => item.value)
      return Promise.resolve({ items: own, nextCursor: null, total: own.length })
    },
    get: async (userId, id) => find(userId, id).value,
    update: async (userId, id, { title }) => change(userId, id, title === undefined ? {} : { title }),
    remove: async (userId, id) => {
      await rm(find(userId, id).path)
      items.delete(id)
    },
    segments: async (userId, id) => ({ items: [], nextAfter: null, revision: find(userId, id).value.revision }),
    editSegments: async (userId, id, { revision }) => {
      const { value } = find(userId, id)
      if (value.revision !== revision) throw new AppError('conflict', 'The segments changed meanwhile')
      return { revision: (await change(userId, id, {})).revision, items: [] }
    },
    editText: async (userId, id, textId, { content }) => {
      const found = find(userId, id).value.texts.find((one) => one.id === textId)
      if (found === undefined) throw new AppError('not-found', 'There is no such text')
      return { ...found, content, edited: true }
    },
    removeText: async (userId, id) => {
      find(userId, id)
    },
    runStep: async (userId, id) => change(userId, id, { status: 'queued' }),
    cancel: async (userId, id) => change(userId, id, { status: 'cancelled' }),
    retry: async (userId, id) => change(userId, id, { status: 'queued' }),
    media: async (userId, id) => {
      const { path, value } = find(userId, id)
      const { size } = await stat(path)
      return { path, mediaType: value.media.mediaType, sizeBytes: size, fileName: value.fileName }
    },
    export: async (userId, id, { format, locale }) => {
      const { value } = find(userId, id)
      return {
        fileName: `${value.title}.${format}`,
        mediaType: 'text/plain; charset=utf-8',
        body: Buffer.from(`one two three ${locale}`),
      }
    },
    async *events(userId, { transcriptionId, signal }) {
      const queue: TranscriptionEvent[] = []
      let wake = (): void => {}
      const listener = {
        userId,
        id: transcriptionId,
        push: (event: TranscriptionEvent) => {
          queue.push(event)
          wake()
        },
      }
      listening.add(listener)
      signal.addEventListener('abort', () => wake(), { once: true })
      try {
        if (transcriptionId !== undefined)
          yield { type: 'transcription', transcription: find(userId, transcriptionId).value }
        while (!signal.aborted) {
          const event = queue.shift()
          if (event !== undefined) yield event
          else await new Promise<void>((resolve) => (wake = resolve))
        }
      } finally {
        listening.delete(listener)
      }
    },
  }
}
