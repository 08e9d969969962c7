/** What the making of one text sees, whether it is a step of the pipeline or run alone. */
import { createHash } from 'node:crypto'
import { AppError, toAppError } from '../../errors.ts'
import type { CallOptions, ChatRequest } from '../../gateway/index.ts'
import type { TextRoom } from '../dependencies.ts'
import { findPart, storePart } from '../store/texts.store.ts'
import { mustComeAgain } from '../work/must-come-again.ts'
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
  /** Who refused without a number, and the smallest request that was refused; null when nothing is to be learned of it. */
  refusal: { readonly model: string; readonly tokens: number } | null
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

/** Between tries at a question that nobody could answer just now, while others of the text are answered. */
export const PAUSES_MS: readonly number[] = [2_000, 10_000, 30_000]
const LONGEST_WAIT_MS = 60_000

/** Whether the same question, put later, may be answered: what is too long then is too long later. */
export const mayPass = (error: AppError): boolean => error.entry.retry !== 'never' && !isTooLong(error)

/** How long to wait before the same question may be answered after all; null for never. */
const waitMs = (work: TextWork, thrown: unknown, pauseMs: number | undefined): number | null => {
  const error = toAppError(thrown)
  const { retryAfterMs = 0 } = error
  // Where nothing was answered yet, a person learns sooner that this model does not work now.
  if (pauseMs === undefined || work.tally.answered === 0 || !mayPass(error)) return null
  return retryAfterMs <= LONGEST_WAIT_MS ? Math.max(pauseMs, retryAfterMs) : null
}

const askPatiently = async (work: TextWork, request: ChatRequest, options: AskOptions): Promise<PartAnswer> => {
  const { pausesMs = PAUSES_MS } = work.shop
  for (let waits = 0; ; waits += 1) {
    try {
      return await readAnswer(work, request, options)
    } catch (thrown) {
      work.signal.throwIfAborted()
      const pauseMs = waitMs(work, thrown, pausesMs[waits])
      if (pauseMs === null) throw thrown
      await work.shop.clock.sleep(pauseMs, work.signal)
    }
  }
}

/** An answer that is there and paid is not lost because the database was away for a moment. */
const durably = async <Result>(work: TextWork, access: () => Promise<Result>): Promise<Result> => {
  const { pausesMs = PAUSES_MS } = work.shop
  for (let waits = 0; ; waits += 1) {
    try {
      return await access()
    } catch (thrown) {
      const pauseMs = pausesMs[waits]
      if (pauseMs === undefined || !mustComeAgain(thrown)) throw thrown
      await work.shop.clock.sleep(pauseMs, work.signal)
    }
  }
}

/** Throws what is no failure of a question but the end of the work here: it was stopped, or the job has to come again. */
export const throwIfOver = (work: TextWork, thrown: unknown): void => {
  work.signal.throwIfAborted()
  if (mustComeAgain(thrown)) throw thrown
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
  const stored = await durably(work, () => findPart(shop.db, textId, path))
  if (stored?.question === question) {
    tally.answered += 1
    return { content: stored.content, facts: stored.facts as AnswerFactsOfPart }
  }
  signal.throwIfAborted()
  const answer = await askPatiently(work, request, options)
  tally.answered += 1
  const part = { path, question, ...answer }
  await durably(work, () => storePart(shop.db, textId, part, new Date(shop.clock.now())))
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
  const stored = await durably(work, () => findPart(shop.db, textId, path))
  if (stored?.question === question) return JSON.parse(stored.content) as Plan
  const parts = await cut()
  const plan = { path, question, content: JSON.stringify(parts), facts: null }
  await durably(work, () => storePart(shop.db, textId, plan, new Date(shop.clock.now())))
  return parts
}

/** Whether a smaller question may get a whole answer. */
export const isTooLong = (thrown: unknown): boolean =>
  ['output-truncated', 'context-too-long', 'provider-request-too-large'].includes(toAppError(thrown).code)
