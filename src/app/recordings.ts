/** Recordings with everything they need, as `app.ts` and the command line both use them. */
import { availableParallelism } from 'node:os'
import type { Config } from '../config.ts'
import type { OpenedDatabase } from '../db/open.ts'
import type { Queue } from '../jobs/queue.ts'
import type { Clock } from '../lib/clock.ts'
import { createId } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import { costOf } from '../gateway/metering/cost.ts'
import type { Usage } from '../gateway/index.ts'
import type { ModelValidation } from '../models/validation/validate-model.ts'
import type { Charging } from '../transcription/charging.ts'
import { createTranscriptions, type TranscriptionsRoom } from '../transcription/create-transcriptions.ts'
import type { TranscriptionsDependencies } from '../transcription/dependencies.ts'
import { createMediaFiles } from '../transcription/media-files.ts'
import { createModelChoice } from '../transcription/model-choice.ts'
import { createContextLearning, createTextRoom } from '../transcription/text-room.ts'
import type { Ai } from './ai.ts'
import { createFirstChoice } from './first-choice.ts'
import type { Speech } from './speech.ts'

interface Dependencies {
  readonly config: Config
  /** Holds the recordings. */
  readonly directory: string
  readonly database: OpenedDatabase
  readonly queue: Pick<Queue, 'send' | 'find'>
  readonly ai: Ai
  readonly speech: Speech
  /** Undefined where nothing is counted. */
  readonly charging: Charging | undefined
  readonly validation: Pick<ModelValidation, 'assertModelUsable'>
  readonly clock: Clock
  readonly logger: Logger
}

/** A model's name for "auto" may be set by the administrator. */
const createChooser = (config: Config, ai: Ai): ((model: string) => string) => {
  const choose = createModelChoice({
    catalog: ai.models.catalog,
    access: ai.credentials.access,
    byNameOnly: ai.byNameOnly,
  })
  const { default: preferred } = config.models
  return (model) => choose(preferred !== undefined && model === 'auto:best' ? preferred : model)
}

const PLAIN_USAGE: Pick<Usage, 'cachedInputTokens' | 'cacheWriteTokens' | 'reasoningTokens' | 'reported'> = {
  cachedInputTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
  reported: false,
}

/** What requests cost and take by the catalog's prices and the model's own recent calls. */
const createExpectation =
  ({ models, gateway }: Ai): TranscriptionsDependencies['expect'] =>
  (model, { requests, inputTokens, outputTokens }) => {
    const row = models.catalog.find(model)
    if (row === null || requests === 0) return { costMicrocents: row === null ? null : 0, seconds: null }
    const each = { ...PLAIN_USAGE, inputTokens: inputTokens / requests, outputTokens: outputTokens / requests }
    const cost = costOf({ usage: each, prices: row.prices })
    const { averageMs } = gateway.insight.statistics.health(row)
    return {
      costMicrocents: cost === null ? null : Math.ceil(cost * requests),
      seconds: averageMs === null ? null : (averageMs * requests) / 1000,
    }
  }

export const createRecordings = (deps: Dependencies): Promise<TranscriptionsRoom> => {
  const { config, directory, database, queue, ai, speech, clock, logger } = deps
  const { catalog } = ai.models
  return createTranscriptions({
    db: database.db,
    pool: database.pool,
    queue,
    speechEngine: speech.engine,
    gateway: ai.gateway,
    chooseModel: createChooser(config, ai),
    textRoom: createTextRoom({
      catalog,
      counter: ai.gateway.insight.counter,
      firstChoice: createFirstChoice({ catalog, insight: ai.gateway.insight, byNameOnly: ai.byNameOnly }),
    }),
    learnContext: createContextLearning({ catalog }),
    describeModel: (ref) => {
      const row = catalog.find(ref)
      return row === null ? null : { provider: row.provider, model: row.key, displayName: row.displayName }
    },
    isBuiltIn: (model) => ai.byNameOnly.includes(catalog.find(model)?.provider ?? ''),
    chainFor: ai.chains.chainFor,
    assertModelUsable: deps.validation.assertModelUsable,
    expect: createExpectation(ai),
    charging: deps.charging,
    media: speech.media,
    files: createMediaFiles({ dataDirectory: directory }),
    clock,
    newId: createId,
    logger,
    limits: {
      maxUploadBytes: config.upload.maxBytes,
      maxDurationSecond: config.upload.maxHours * 3600,
      parallelRecognitions: Math.max(1, Math.floor(availableParallelism() / config.speech.threads)),
    },
  })
}
