/** What the making of one text sees, whether it is a step of the pipeline or run alone. */
import { createHash } from 'node:crypto'
import { AppError, toAppError } from '../../errors.ts'
import type { CallOptions, ChatRequest } from '../../gateway/index.ts'
import type { TextRoom } from '../dependencies.ts'
import { findPart, storePart } from '../store/texts.store.ts'
import type { Workshop } from '../work/work.ts'
import type { PartAnswer } from './asking.ts'
import { factsOf, type AnswerFactsOfPart } from './combine-facts.ts'

/** What was done for a text so far, for its plan as it really went. */
export interface Tally {
  requests: number
  /** Of them, those that were answered. */
  answered: number
  /** Limit errors of providers that changed the plan. */
  replans: number
  /** A limit that a provider has without naming it. */
  contextGuess: number | null
}

export interface TextWork {
  readonly shop: Workshop
  readonly textId: string
  readonly room: TextRoom
  readonly signal: AbortSignal
  /** The same for all requests of the text: whose they are, what for, and who is asked when the model fails. */
  readonly call: Pick<CallOptions, 'labels' | 'chain'>
  readonly tally: Tally
  /** Letters of the source that are done, of all. */
  report(done: number, total: number): void
}

/** How one request may go another way than the text's others. */
export type AskOptions = Pick<CallOptions, 'avoid' | 'whenTooLong'>

const digestOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('base64url')

/** What the model reads. The budget for its answer may be reckoned otherwise after a restart; the question is the same. */
const questionOf = ({ model, messages }: ChatRequest): string => digestOf([model, messages])

const whoOf = (facts: AnswerFactsOfPart) => ({ provider: facts.provider, model: facts.model, attempts: facts.attempts })

/** A whole answer, or an error: never half of one, never nothing. An answer in a schema is its JSON. */
const readAnswer = async (work: TextWork, request: ChatRequest, options: AskOptions): Promise<PartAnswer> => {
  // Nobody waits at a page: a rate limit is waited for rather than answered by another model.
  const answer = await work.shop.gateway.chat(request, {
    whenTooLong: 'divide',
    ...options,
    ...work.call,
    signal: work.signal,
    interactive: false,
  })
  const facts = factsOf(answer)
  if (answer.finishReason === 'length') {
    throw new AppError('output-truncated', 'The model stopped before the end of this part', { details: whoOf(facts) })
  }
  if (answer.finishReason === 'content-filter') {
    throw new AppError('content-refused', 'The provider refused this part', { details: whoOf(facts) })
  }
  const content = answer.json === undefined ? answer.text.trim() : JSON.stringify(answer.json)
  if (content === '') throw new AppError('output-empty', 'The model gave no text', { details: whoOf(facts) })
  return { content, facts }
}

/** A model that answered and then rests, or is at its limit, is worth waiting for; so many times. */
const MOST_WAITS = 3
const LONGEST_WAIT_MS = 60_000

/** How long to wait before the same question may be answered after all; null for never. */
const waitMs = (work: TextWork, thrown: unknown): number | null => {
  const error = toAppError(thrown)
  const { retryAfterMs } = error
  if (work.tally.answered === 0 || error.entry.retry === 'never') return null
  return retryAfterMs !== undefined && retryAfterMs <= LONGEST_WAIT_MS ? retryAfterMs : null
}

const askPatiently = async (work: TextWork, request: ChatRequest, options: AskOptions): Promise<PartAnswer> => {
  for (let waits = 0; ; waits += 1) {
    try {
      return await readAnswer(work, request, options)
    } catch (thrown) {
      const pauseMs = waits < MOST_WAITS && !work.signal.aborted ? waitMs(work, thrown) : null
      if (pauseMs === null) throw thrown
      await work.shop.clock.sleep(pauseMs, work.signal)
    }
  }
}

/** Asks once for each question in the life of a text: what was answered before a crash or a failure is taken from there. */
export const askOnce = async (
  work: TextWork,
  path: string,
  request: ChatRequest,
  options: AskOptions = {},
): Promise<PartAnswer> => {
  const { shop, textId, signal, tally } = work
  tally.requests += 1
  const question = questionOf(request)
  const stored = await findPart(shop.db, textId, path)
  if (stored?.question === question) {
    tally.answered += 1
    return { content: stored.content, facts: stored.facts as AnswerFactsOfPart }
  }
  signal.throwIfAborted()
  const answer = await askPatiently(work, request, options)
  tally.answered += 1
  await storePart(shop.db, textId, { path, question, ...answer }, new Date(shop.clock.now()))
  return answer
}

/**
 * How a text is cut is decided once: token counts are estimates that learn, and another cut would make every question a
 * new one.
 */
export const planOnce = async <Plan>(
  work: TextWork,
  path: string,
  source: unknown,
  cut: () => Plan | Promise<Plan>,
): Promise<Plan> => {
  const { shop, textId } = work
  const question = digestOf(source)
  const stored = await findPart(shop.db, textId, path)
  if (stored?.question === question) return JSON.parse(stored.content) as Plan
  const parts = await cut()
  const plan = { path, question, content: JSON.stringify(parts), facts: null }
  await storePart(shop.db, textId, plan, new Date(shop.clock.now()))
  return parts
}

/** Whether a smaller question may get a whole answer. */
export const isTooLong = (thrown: unknown): boolean =>
  ['output-truncated', 'context-too-long', 'provider-request-too-large'].includes(toAppError(thrown).code)
