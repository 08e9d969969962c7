/**
 * Asks one model a short question to see whether it answers. No fallback: the answer is this model's or none. It costs
 * as little as it can: the question is short and the output is capped.
 */
import { AppError, toAppError, type ErrorCode } from '../../errors.ts'
import type { AnswerFacts, Gateway, ModelRow, Usage } from '../../gateway/index.ts'
import type { Clock } from '../../lib/clock.ts'
import { toArray, toNumber, toObject } from '../../lib/json.ts'
import type { Actor } from '../sync/model-changes.store.ts'
import { createTestSound } from './test-sound.ts'
import type { AvailabilityStore } from './availability.store.ts'

export const TEST_QUESTION = 'This is a test. Please improve this sentence.'
const OUTPUT_TOKENS = 64
/** Reasoning models think before they write; their thoughts count. */
const REASONING_OUTPUT_TOKENS = 1_024
const DEADLINE_MS = 60_000

/** More than the question and what stands around it. */
const INPUT_TOKENS = 200
const MICROCENTS_PER_USD = 100_000_000

const outputTokensFor = (row: ModelRow): number =>
  Math.min(
    row.capabilities.includes('reasoning') ? REASONING_OUTPUT_TOKENS : OUTPUT_TOKENS,
    row.maxOutputTokens ?? Infinity,
  )

/** What one question can cost at most, in microcents; null when no price tells. */
export const mostProbeCosts = ({ prices, ...row }: ModelRow): number | null => {
  if (prices?.audioPerMinute != null && row.operations.includes('transcribe'))
    // Some bill a minute, or ten seconds, for a second of sound.
    return Math.ceil(prices.audioPerMinute * MICROCENTS_PER_USD)
  if (prices?.inputPerMillion == null) return null
  const answers = row.operations.includes('chat')
  if (answers && prices.outputPerMillion === null) return null
  const output = answers ? outputTokensFor({ prices, ...row }) * (prices.outputPerMillion ?? 0) : 0
  return Math.ceil(((INPUT_TOKENS * prices.inputPerMillion + output) * MICROCENTS_PER_USD) / 1_000_000)
}

export interface ProbeResult {
  readonly provider: string
  readonly model: string
  readonly ok: boolean
  /** What it said; for a model that does not write, what came in its place. */
  readonly text: string
  /** What the provider called the model that answered. */
  readonly servedModel: string | null
  readonly durationMs: number
  readonly inputTokens: number | null
  readonly outputTokens: number | null
  /** Null: the price is not known. */
  readonly costMicrocents: number | null
  readonly notes: readonly string[]
  readonly error: AppError | null
}

export interface ProbeDeps {
  /** A gateway that knows this one model and takes it for active; it must not count as traffic of users. */
  readonly gatewayFor: (row: ModelRow) => Pick<Gateway, 'chat' | 'embed' | 'transcribe'>
  readonly store: Pick<AvailabilityStore, 'confirm' | 'refuse' | 'noteCheck'>
  readonly clock: Clock
}

type Answered = Pick<AnswerFacts, 'servedModel' | 'costMicrocents' | 'notes'> & {
  readonly text: string
  readonly usage: Usage
}

const ask = async (
  gateway: ReturnType<ProbeDeps['gatewayFor']>,
  row: ModelRow,
  signal?: AbortSignal,
): Promise<Answered> => {
  const model = `${row.provider}/${row.key}`
  const options = { fallbackModels: [], deadlineMs: DEADLINE_MS, ...(signal && { signal }) }
  if (row.operations.includes('chat')) {
    const reasons = row.capabilities.includes('reasoning')
    return gateway.chat(
      {
        model,
        messages: [{ role: 'user', content: TEST_QUESTION }],
        maxOutputTokens: outputTokensFor(row),
        ...(reasons && { reasoning: { effort: 'low' as const } }),
        // The built-in rules want their task by name; the option reaches no other provider.
        providerOptions: { offline: { task: 'enhance', text: TEST_QUESTION } },
      },
      options,
    )
  }
  if (row.operations.includes('embed')) {
    const answer = await gateway.embed({ model, input: [TEST_QUESTION] }, options)
    return { ...answer, text: `A vector of ${answer.embeddings[0]?.length ?? 0} numbers` }
  }
  if (row.operations.includes('transcribe')) {
    const sound = { audio: createTestSound(), fileName: 'test.wav', mediaType: 'audio/wav', durationSecond: 1 }
    return gateway.transcribe({ model, ...sound }, options)
  }
  throw new AppError('unsupported-capability', `${row.key} makes images; a test would cost one`, {
    details: { provider: row.provider, model: row.key },
  })
}

/** Failures that only a model which is there can have. */
const SIGNS_OF_LIFE: ReadonlySet<ErrorCode> = new Set(['output-truncated', 'output-empty', 'content-refused'])

/** An answer that was not of use was billed all the same; null when none of the attempts tells its cost. */
const costOfFailure = ({ details }: AppError): number | null => {
  const attempts = toArray(details['attempts']).map((one) => toNumber(toObject(one)['costMicrocents']))
  const known = attempts.filter((cost) => cost !== null)
  return known.length === 0 ? null : known.reduce((sum, cost) => sum + cost, 0)
}

/** Asks, and keeps what the answer shows of the model's availability. Rejects only when the signal ends it. */
export const probeModel = async (
  deps: ProbeDeps,
  row: ModelRow,
  { actor, signal }: { readonly actor: Actor; readonly signal?: AbortSignal },
): Promise<ProbeResult> => {
  const { store, clock } = deps
  const startedMs = clock.now()
  const result = { provider: row.provider, model: row.key }
  try {
    const answer = await ask(deps.gatewayFor(row), row, signal)
    await store.confirm(row, 'probe', actor, new Date(clock.now()))
    return {
      ...result,
      ok: true,
      text: answer.text,
      servedModel: answer.servedModel,
      durationMs: clock.now() - startedMs,
      inputTokens: answer.usage.inputTokens,
      outputTokens: answer.usage.outputTokens,
      costMicrocents: answer.costMicrocents,
      notes: answer.notes.map(({ message }) => message),
      error: null,
    }
  } catch (thrown) {
    signal?.throwIfAborted()
    const error = toAppError(thrown)
    const now = new Date(clock.now())
    if (SIGNS_OF_LIFE.has(error.code)) await store.confirm(row, 'probe', actor, now)
    else if (error.code === 'model-not-found') await store.refuse(row, error.message, now)
    else await store.noteCheck(row, error.message, now)
    return {
      ...result,
      ok: false,
      text: '',
      servedModel: null,
      durationMs: clock.now() - startedMs,
      inputTokens: null,
      outputTokens: null,
      costMicrocents: costOfFailure(error),
      notes: [],
      error,
    }
  }
}
