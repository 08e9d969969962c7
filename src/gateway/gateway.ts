/**
 * The one way to ask a model: whichever provider answers, however many are asked, the answer says who did and what it
 * took. Wires routing, door, conduct and caller together for each operation and decides nothing itself.
 */
import { AppError, toAppError } from '../errors.ts'
import { createId } from '../lib/ids.ts'
import { systemClock, type Clock } from '../lib/clock.ts'
import type { CallContext, Caller } from './call.ts'
import type { Catalog } from './catalog/catalog.ts'
import { createLearnedRules, type LearnedRules } from './catalog/learned-rules.ts'
import { rulesFor } from './catalog/rules.ts'
import { withoutDropped } from './dialects/apply-rules.ts'
import { costOf } from './metering/cost.ts'
import { combineMeters, silentMeter, type Meter } from './metering/meter.ts'
import type { OnRefusal } from './metering/refusal.ts'
import { createStatistics, type RememberedCalls, type Statistics } from './metering/statistics.ts'
import { createDoor, type Door } from './resilience/admission.ts'
import { runChat } from './resilience/chat-run.ts'
import { createCredentialPool, type AccessSource, type CredentialPool } from './resilience/credential-pool.ts'
import type { Turn } from './resilience/conduct.ts'
import { createStory, toFailedFacts } from './resilience/facts.ts'
import { listModels, type ListOptions } from './resilience/list-models.ts'
import {
  openRequest,
  type DecisionRecord,
  type OpenRequest,
  type RequestDeps,
  type RequestShape,
} from './resilience/open-request.ts'
import { runPlain, type PlainCall, type PlainResult } from './resilience/plain-run.ts'
import { DEFAULT_POLICY, type GatewayPolicy } from './resilience/policy.ts'
import { transcribeLimits } from './resilience/time-limits.ts'
import { chatNeeds, embedNeeds, imageNeeds, transcribeNeeds } from './routing/needs.ts'
import { noSubstitution, type Substitution } from './routing/substitute.ts'
import { createCalibration, type Calibration } from './tokens/calibration.ts'
import { createTokenCounter, type CalibratedCounter, type TokenizerOf } from './tokens/counter.ts'
import type {
  AnswerFacts,
  ChatAnswer,
  EmbedAnswer,
  ImageAnswer,
  StreamPart,
  TranscribeAnswer,
} from './types/answers.ts'
import type { CallOptions } from './types/call-options.ts'
import type { ListedModel, ModelRow } from './types/models.ts'
import type { ChatRequest, EmbedRequest, ImageRequest, TranscribeRequest } from './types/requests.ts'

export interface GatewayDeps {
  readonly caller: Caller
  readonly catalog: Catalog
  /** Base URL and credentials of a provider, read at every call. */
  readonly credentials: AccessSource
  readonly meter?: Meter
  /** What the host remembers of calls before this process and of other ones. */
  readonly remembered?: (row: Pick<ModelRow, 'provider' | 'key'>) => RememberedCalls | null
  readonly clock?: Clock
  readonly random?: () => number
  readonly policy?: GatewayPolicy
  readonly learned?: LearnedRules
  readonly tokenizerOf?: TokenizerOf
  /** What was learned about token counts, kept over restarts by the host. */
  readonly calibration?: Calibration
  /** Lets one model stand in for another for some callers. */
  readonly substitute?: Substitution
  /** The models asked when all others failed, as they are now; left out: those of the policy. */
  readonly lastResort?: () => readonly string[]
  /** Hears of every request that is over why it went where it went. Must not throw and must not wait. */
  readonly onDecision?: (record: DecisionRecord) => void
  /** Hears of every request that ended before any model was called. */
  readonly onRefusal?: OnRefusal
}

/** What the gateway knows about its targets now, for the pages of the administrator. */
export interface GatewayInsight {
  readonly door: Door
  readonly pool: CredentialPool
  readonly statistics: Statistics
  readonly learned: LearnedRules
  readonly counter: CalibratedCounter
}

export interface Gateway {
  /** Rejects with an AppError whose details tell every attempt, the model asked for, and live models to try instead. */
  chat(request: ChatRequest, options?: CallOptions): Promise<ChatAnswer>
  /** Never throws for a failure: the last part is `finish` or `error`. Leave by aborting the signal. */
  stream(request: ChatRequest, options?: CallOptions): AsyncIterable<StreamPart>
  embed(request: EmbedRequest, options?: CallOptions): Promise<EmbedAnswer>
  transcribe(request: TranscribeRequest, options?: CallOptions): Promise<TranscribeAnswer>
  image(request: ImageRequest, options?: CallOptions): Promise<ImageAnswer>
  listModels(provider: string, options?: ListOptions): Promise<ListedModel[]>
  readonly insight: GatewayInsight
}

const failedBeforeStart = (thrown: unknown, model: string): StreamPart => {
  const error = toAppError(thrown)
  const requestId = error.details['requestId']
  return {
    type: 'error',
    error,
    facts: toFailedFacts(createStory(typeof requestId === 'string' ? requestId : '', model)),
  }
}

async function* onePart(part: StreamPart): AsyncGenerator<StreamPart> {
  yield await Promise.resolve(part)
}

const emptyOutput = (turn: { row: ModelRow }, what: string): AppError =>
  new AppError('output-empty', `${turn.row.key} answered without ${what}`, {
    details: { provider: turn.row.provider, model: turn.row.key },
  })

/** A request that is no chat, without what its model turned out to reject; the answer says so. */
const callFitted = async <Request extends { readonly model: string }, Result extends PlainResult>(
  request: Request,
  { row }: Turn,
  context: CallContext,
  call: (fitted: Request) => Promise<Result>,
): Promise<Result> => {
  const fitted = withoutDropped(
    { ...request, model: row.key },
    {
      provider: row.provider,
      model: row.key,
      rules: rulesFor(row.provider, row.key, row.rules),
      policy: context.parameterPolicy,
    },
  )
  const result = await call(fitted.request)
  return fitted.notes.length === 0 ? result : { ...result, notes: [...fitted.notes, ...(result.notes ?? [])] }
}

export const createGateway = (given: GatewayDeps): Gateway => {
  const { caller, catalog, credentials, policy = DEFAULT_POLICY, clock = systemClock, random = Math.random } = given
  const statistics = createStatistics(clock.now, given.remembered)
  const calibration = given.calibration ?? createCalibration()
  const counter = createTokenCounter({ calibration, ...(given.tokenizerOf && { tokenizerOf: given.tokenizerOf }) })
  const pool = createCredentialPool({ now: clock.now, random })
  const door = createDoor({ clock, access: credentials, pool, policy })
  const learned = given.learned ?? createLearnedRules()
  const deps: RequestDeps = {
    catalog,
    door,
    policy,
    clock,
    random,
    learned,
    newId: createId,
    health: statistics.health,
    substitute: given.substitute ?? noSubstitution,
    meter: combineMeters(statistics, given.meter ?? silentMeter),
    costOf: (row, usage) => costOf({ usage, prices: row.prices }),
    lastResort: given.lastResort ?? (() => policy.routing.lastResort),
    onDecision: given.onDecision ?? (() => {}),
    onRefusal: given.onRefusal ?? (() => {}),
  }

  const openChat = (request: ChatRequest, options: CallOptions): OpenRequest => {
    const inputTokens = new Map<ModelRow, number>()
    const count = (row: ModelRow): number => {
      const known = inputTokens.get(row) ?? counter.request(row, request)
      inputTokens.set(row, known)
      return known
    }
    return openRequest(
      deps,
      {
        model: request.model,
        needs: chatNeeds(request, count, policy.tokens.minimumOutput),
        request,
        outputTokens: (row) =>
          Math.min(request.maxOutputTokens ?? policy.tokens.defaultOutput, row.maxOutputTokens ?? Infinity),
      },
      options,
    )
  }
  const chatParts = (
    opened: OpenRequest,
    request: ChatRequest,
    options: CallOptions,
    live: boolean,
  ): AsyncGenerator<StreamPart> =>
    runChat(
      {
        caller,
        counter,
        policy,
        live,
        conduct: opened.conduct,
        attempts: opened.attempts,
        story: opened.story,
        interactive: opened.interactive,
        close: opened.close,
        interruption: options.interruptionPolicy ?? policy.interruption,
        onUsage: (row, sent, usage) => counter.observe(row, sent, usage.inputTokens),
      },
      request,
    )

  // Opened at the first pull: a stream that nobody reads must not hold a timer.
  const stream = (request: ChatRequest, options: CallOptions = {}): AsyncIterable<StreamPart> => ({
    [Symbol.asyncIterator]() {
      try {
        return chatParts(openChat(request, options), request, options, true)
      } catch (thrown) {
        return onePart(failedBeforeStart(thrown, request.model))
      }
    },
  })
  const chat = async (request: ChatRequest, options: CallOptions = {}): Promise<ChatAnswer> => {
    for await (const part of chatParts(openChat(request, options), request, options, false)) {
      if (part.type === 'finish') return part.answer
      if (part.type === 'error') throw part.error
    }
    throw new AppError('internal', 'A chat ended without an answer and without an error')
  }
  const plain = async <Result extends PlainResult>(
    shape: Omit<RequestShape, 'outputTokens'>,
    options: CallOptions,
    plainCall: (opened: OpenRequest) => PlainCall<Result>,
  ): Promise<Omit<Result, 'notes' | 'servedModel' | 'finishReason'> & AnswerFacts> => {
    const opened = openRequest(deps, { ...shape, outputTokens: () => 0 }, options)
    try {
      return await runPlain(opened, plainCall(opened))
    } finally {
      opened.close()
    }
  }
  const limitsOf = (opened: OpenRequest) => (opened.interactive ? policy.limits.interactive : policy.limits.background)

  return {
    chat,
    stream,
    embed: (request, options = {}) =>
      plain({ model: request.model, needs: embedNeeds(request, counter.text), request }, options, (opened) => ({
        call: (target, context, turn) =>
          callFitted(request, turn, context, (fitted) => caller.embed(target, fitted, context)),
        limits: () => limitsOf(opened),
        check: (result, turn) => {
          if (result.embeddings.length !== request.input.length) throw emptyOutput(turn, 'a vector for each input')
        },
      })),
    transcribe: (request, options = {}) =>
      plain({ model: request.model, needs: transcribeNeeds(request), request }, options, (opened) => ({
        call: (target, context, turn) =>
          callFitted(request, turn, context, (fitted) => caller.transcribe(target, fitted, context)),
        limits: () => transcribeLimits(policy.limits, opened.interactive, request),
        // Silence is a true answer of a transcription: an empty text is not a failure here.
        check: () => {},
      })),
    image: (request, options = {}) =>
      plain({ model: request.model, needs: imageNeeds(request), request }, options, (opened) => ({
        call: (target, context, turn) =>
          callFitted(request, turn, context, (fitted) => caller.image(target, fitted, context)),
        limits: () => limitsOf(opened),
        check: (result, turn) => {
          if (result.images.length === 0) throw emptyOutput(turn, 'an image')
        },
      })),
    listModels: (provider, options) => listModels({ caller, access: credentials, pool, clock }, provider, options),
    insight: { door, pool, statistics, learned, counter },
  }
}
