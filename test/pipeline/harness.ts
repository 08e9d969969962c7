/** Everything around recordings as the server wires it, on a real database and queue, with an engine of the test's choice. */
import { copyFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createQueue } from '../../src/jobs/queue.ts'
import { createWorker, type Worker } from '../../src/jobs/worker.ts'
import type { OpenedDatabase } from '../../src/db/open.ts'
import { createCaller } from '../../src/gateway/caller.ts'
import {
  createCatalog,
  createGateway,
  DEFAULT_POLICY,
  type AccessSource,
  type FallbackChain,
  type ModelRow,
} from '../../src/gateway/index.ts'
import { builtInProviders } from '../../src/gateway/providers/index.ts'
import { createOpenAiCompatible } from '../../src/gateway/providers/openai-compatible.ts'
import { row } from '../../src/gateway/testing/scripted-caller.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createId } from '../../src/lib/ids.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import type { SpeechEngine } from '../../src/speech/engine.ts'
import { resolveFfmpeg } from '../../src/speech/ffmpeg.ts'
import { createTranscriptions, type TranscriptionsRoom } from '../../src/transcription/create-transcriptions.ts'
import type { Charging } from '../../src/transcription/charging.ts'
import type { MediaTools } from '../../src/transcription/dependencies.ts'
import { createMediaFiles } from '../../src/transcription/media-files.ts'
import { createMediaTools } from '../../src/transcription/media-tools.ts'
import { createModelChoice } from '../../src/transcription/model-choice.ts'
import { createFirstChoice } from '../../src/app/first-choice.ts'
import { createContextLearning, createTextRoom } from '../../src/transcription/text-room.ts'
import type { Transcription, TranscriptionOptions } from '../../src/transcription/types.ts'
import { transcriptionJobs } from '../../src/transcription/work/jobs.ts'

export const fixture = (name: string): string => join(import.meta.dirname, '../fixtures/audio', name)

/** A provider of the loopback: chat models of several sizes, and one that hears. */
const loopbackRows: readonly ModelRow[] = [
  row('loop/writer', { contextLength: 128_000, maxOutputTokens: 16_000 }),
  row('loop/tiny', { contextLength: 2_048, maxOutputTokens: 1_024 }),
  row('loop/hearer', {
    operations: ['transcribe'],
    inputModalities: ['audio'],
    outputModalities: ['transcription'],
    capabilities: ['word-times'],
    prices: { inputPerMillion: null, outputPerMillion: null, audioPerMinute: 0.006 },
  }),
  // As a server of the user's own is listed: nobody knows what it can do.
  row('loop/listener', {
    operations: ['transcribe'],
    inputModalities: ['audio'],
    outputModalities: ['transcription'],
    capabilities: [],
  }),
]
const basicRow = row('offline/basic', { displayName: 'Basic (no AI)', contextLength: null, maxOutputTokens: null })

export const defaultOptions: TranscriptionOptions = {
  language: 'auto',
  engine: 'local',
  model: 'auto:best',
  enhance: true,
  summarize: true,
  enhancementMode: 'standard',
  priority: 'normal',
}

export interface HarnessOptions {
  readonly engine: SpeechEngine
  /** Address of a loopback provider. */
  readonly providerUrl?: string
  readonly dataDirectory?: string
  readonly media?: (tools: MediaTools) => MediaTools
  readonly concurrency?: number
  readonly chainFor?: (userId: string, operation: string) => FallbackChain | null
  /** Left out: nothing is counted. */
  readonly charging?: Charging
  readonly assertModelUsable?: (model: string, operation: string) => Promise<void>
}

const createModels = (providerUrl: string | undefined) => {
  const providers = [...builtInProviders]
  if (providerUrl !== undefined) providers.push(createOpenAiCompatible({ id: 'loop', baseUrl: providerUrl }))
  const catalog = createCatalog(providerUrl === undefined ? [basicRow] : [...loopbackRows, basicRow])
  const access: AccessSource = (provider) =>
    provider === 'offline' || provider === 'loop'
      ? { baseUrl: provider === 'loop' ? (providerUrl ?? '') : '', needsCredential: false, credentials: [] }
      : null
  const gateway = createGateway({ caller: createCaller({ providers }), catalog, credentials: access })
  return { catalog, access, gateway }
}

export interface Harness {
  readonly transcriptions: TranscriptionsRoom
  readonly dataDirectory: string
  startWorker(): Promise<Worker>
  /** A copy of a fixture that `create` may take away. */
  upload(name?: string): Promise<string>
  create(options?: Partial<TranscriptionOptions>, more?: { userId?: string; fileName?: string }): Promise<Transcription>
  /** Waits until it is completed, failed or cancelled, and no text is being made. */
  finished(id: string, userId?: string): Promise<Transcription>
  close(): Promise<void>
}

export const USER = 'user-1'

/** Over when nothing is left to be done about it. */
const isAtRest = ({ status, texts }: Transcription): boolean =>
  status !== 'queued' && status !== 'running' && texts.every((text) => text.status !== 'running')

export const createHarness = async (database: OpenedDatabase, options: HarnessOptions): Promise<Harness> => {
  const dataDirectory = options.dataDirectory ?? (await mkdtemp(join(tmpdir(), 'pipeline-')))
  const { db, pool, connectionString } = database
  const { catalog, access, gateway } = createModels(options.providerUrl)
  const queue = await createQueue({ db, pool, jobs: [...transcriptionJobs] as never, logger: silentLogger })
  const tools = createMediaTools(await resolveFfmpeg({ searchPath: process.env['PATH'] }), { maxDurationSecond: 3600 })
  const transcriptions = await createTranscriptions({
    db,
    pool,
    queue,
    speechEngine: () => Promise.resolve(options.engine),
    gateway,
    chooseModel: createModelChoice({ catalog, access, byNameOnly: DEFAULT_POLICY.routing.byNameOnly }),
    textRoom: createTextRoom({
      catalog,
      counter: gateway.insight.counter,
      firstChoice: createFirstChoice({
        catalog,
        insight: gateway.insight,
        byNameOnly: DEFAULT_POLICY.routing.byNameOnly,
      }),
    }),
    learnContext: createContextLearning({ catalog }),
    isBuiltIn: (model) => model.startsWith('offline/'),
    chainFor: (userId, operation) => Promise.resolve(options.chainFor?.(userId, operation) ?? null),
    assertModelUsable: options.assertModelUsable ?? (() => Promise.resolve()),
    expect: () => ({ costMicrocents: null, seconds: null }),
    describeModel: (ref) => {
      const found = catalog.find(ref)
      return found && { provider: found.provider, model: found.key, displayName: found.displayName }
    },
    charging: options.charging,
    pausesMs: [20, 40, 80],
    media: options.media?.(tools) ?? tools,
    files: createMediaFiles({ dataDirectory }),
    clock: systemClock,
    newId: createId,
    logger: silentLogger,
    limits: { maxUploadBytes: 50_000_000, maxDurationSecond: 3600, parallelRecognitions: 1 },
  })
  const workers: Worker[] = []

  const harness: Harness = {
    transcriptions,
    dataDirectory,
    async startWorker() {
      const worker = await createWorker({
        queue,
        db,
        connectionString,
        handlers: transcriptions.handlers,
        concurrency: options.concurrency ?? 2,
        logger: silentLogger,
      })
      workers.push(worker)
      return worker
    },
    async upload(name = 'austen-0880.wav') {
      const path = join(dataDirectory, `upload-${createId()}`)
      await copyFile(fixture(name), path)
      return path
    },
    async create(changes = {}, { userId = USER, fileName = 'talk.wav' } = {}) {
      const source = { path: await harness.upload() }
      return transcriptions.create({ userId, source, fileName, options: { ...defaultOptions, ...changes } })
    },
    async finished(id, userId = USER) {
      for (;;) {
        const transcription = await transcriptions.get(userId, id)
        if (isAtRest(transcription)) return transcription
        await systemClock.sleep(30)
      }
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()))
      await transcriptions.close()
      await queue.close()
      if (options.dataDirectory === undefined) await rm(dataDirectory, { recursive: true, force: true })
    },
  }
  return harness
}
