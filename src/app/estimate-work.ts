/** What a run would take in tokens, requests, time and money, from the catalog and from what this server has done. */
import type { Kysely } from 'kysely'
import type { Database } from '../db/types.ts'
import type { EstimatedWork } from '../credits/estimate.ts'
import { CHARACTERS_PER_SECOND, type WorkSize } from '../credits/price.ts'
import type { ModelRow } from '../gateway/index.ts'
import { costOf } from '../gateway/metering/cost.ts'
import { estimateText } from '../gateway/tokens/estimate.ts'
import type { ChargedOperation } from '../http/dependencies.ts'
import type { Clock } from '../lib/clock.ts'
import { paceOf, secondsPerTokenOf } from './pace.store.ts'
import type { PricedModels } from './priced-models.ts'

/** The shape of an operation: how it is cut, and how much comes back. */
interface WorkShape {
  readonly kind: string
  readonly largestPartTokens: number
  outputTokens(inputTokens: number): number
}

const shapes: Readonly<Record<Exclude<ChargedOperation, 'transcription'>, WorkShape>> = {
  enhancement: { kind: 'enhanced', largestPartTokens: 3_000, outputTokens: (input) => Math.ceil(input * 1.05) },
  translation: { kind: 'translation', largestPartTokens: 3_000, outputTokens: (input) => Math.ceil(input * 1.3) },
  summary: { kind: 'summary', largestPartTokens: 24_000, outputTokens: (input) => Math.min(input, 900) },
  lecture_notes: { kind: 'lecture_notes', largestPartTokens: 24_000, outputTokens: (input) => Math.min(input, 3_000) },
}

/** Task and rules that go with each request. */
const PROMPT_TOKENS = 450
/** Seconds in one file for a provider that hears. */
const LONGEST_PIECE_SECOND = 600
const UNKNOWN_CONTEXT = 8_192
/** Of the context, as it is filled: a third is for the answer, and estimates err. */
const USED_SHARE = 0.45

/** Parts that are asked for at the same time. */
const AT_ONCE = 3
/** Longer ago, and a provider may have become another. */
const TELLING_DAYS = 30
const DAY_MS = 86_400_000

const NOTHING = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 }

const writingOf = (shape: WorkShape, row: ModelRow | null, textTokens: number) => {
  const room = Math.floor((row?.contextLength ?? UNKNOWN_CONTEXT) * USED_SHARE) - PROMPT_TOKENS
  const chunks = Math.max(1, Math.ceil(textTokens / Math.max(128, Math.min(shape.largestPartTokens, room))))
  // Notes of several parts are read once more when they are joined.
  const joins = chunks > 1 && shape.largestPartTokens > 3_000
  const perPart = shape.outputTokens(Math.ceil(textTokens / chunks))
  return {
    chunks,
    inputTokens: textTokens + chunks * PROMPT_TOKENS + (joins ? perPart * chunks + PROMPT_TOKENS : 0),
    outputTokens: perPart * chunks + (joins ? perPart : 0),
  }
}

export interface WorkEstimator {
  estimate(
    operation: ChargedOperation,
    wish: { readonly model: string; readonly engine: string },
    size: WorkSize & { readonly sample?: string | undefined },
  ): Promise<EstimatedWork>
}

export const createWorkEstimator = (deps: {
  readonly db: Kysely<Database>
  readonly models: PricedModels
  readonly count: (row: ModelRow, text: string) => number
  readonly clock: Pick<Clock, 'now'>
}): WorkEstimator => {
  const { db, models, count, clock } = deps

  const hearing = async (engine: string, { seconds, characters }: WorkSize): Promise<EstimatedWork> => {
    const named = models.modelOf(engine)
    const row = models.rowOf(engine)
    const length = seconds ?? (characters ?? 0) / CHARACTERS_PER_SECOND
    const own = models.isOwn(named.provider)
    const usage = { ...NOTHING, audioSecond: length, reported: true }
    const pace = await paceOf(db, { kind: 'raw', ...named })
    return {
      ...named,
      operation: 'transcription',
      displayName: row?.displayName ?? named.model,
      inputTokens: null,
      outputTokens: null,
      chunks: own ? null : Math.max(1, Math.ceil(length / LONGEST_PIECE_SECOND)),
      seconds: pace === null ? null : pace * length,
      costMicrocents: own ? 0 : costOf({ usage, prices: row?.prices ?? null }),
    }
  }

  const tokensOf = (row: ModelRow | null, characters: number, sample: string | undefined): number => {
    if (sample === undefined || sample === '') return Math.ceil(characters / 4)
    const tokens = row === null ? estimateText(sample) : count(row, sample)
    return Math.ceil((tokens / sample.length) * characters)
  }

  /** From texts of the same kind; else from how fast the model wrote others; null when it wrote nothing here yet. */
  const secondsOf = async (
    named: { readonly provider: string; readonly model: string },
    kind: string,
    { seconds, chunks, outputTokens }: { seconds: number; chunks: number; outputTokens: number },
  ): Promise<number | null> => {
    const pace = await paceOf(db, { kind, ...named })
    if (pace !== null) return pace * seconds
    const since = new Date(clock.now() - TELLING_DAYS * DAY_MS)
    const perToken = await secondsPerTokenOf(db, { ...named, since })
    return perToken === null ? null : (perToken * outputTokens) / Math.min(chunks, AT_ONCE)
  }

  return {
    async estimate(operation, { model, engine }, size) {
      if (operation === 'transcription') return hearing(engine, size)
      const shape = shapes[operation]
      const row = models.rowOf(model)
      const named = models.modelOf(model)
      const characters = size.characters ?? (size.seconds ?? 0) * CHARACTERS_PER_SECOND
      const writing = writingOf(shape, row, tokensOf(row, characters, size.sample))
      const { chunks, inputTokens, outputTokens } = writing
      const length = size.seconds ?? characters / CHARACTERS_PER_SECOND
      return {
        ...named,
        ...writing,
        operation,
        displayName: row?.displayName ?? named.model,
        seconds: await secondsOf(named, shape.kind, { seconds: length, chunks, outputTokens }),
        costMicrocents: costOf({
          usage: { ...NOTHING, inputTokens, outputTokens, reported: true },
          prices: row?.prices ?? null,
        }),
      }
    },
  }
}
