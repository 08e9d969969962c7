/** What the making of one text sees, whether it is a step of the pipeline or run alone. */
import { createHash } from 'node:crypto'
import { AppError, toAppError } from '../../errors.ts'
import type { ChatRequest } from '../../gateway/types.ts'
import type { TextRoom } from '../dependencies.ts'
import { findPart, storePart } from '../store/texts.store.ts'
import type { Workshop } from '../work/work.ts'
import { factsOf, type AnswerFactsOfPart } from './combine-facts.ts'

export interface TextWork {
  readonly shop: Workshop
  readonly textId: string
  readonly room: TextRoom
  readonly signal: AbortSignal
  /** Letters of the source that are done, of all. */
  report(done: number, total: number): void
}

export interface PartAnswer {
  readonly content: string
  readonly facts: AnswerFactsOfPart
}

const digestOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('base64url')

/** What the model reads. The budget for its answer may be reckoned otherwise after a restart; the question is the same. */
const questionOf = ({ model, messages }: ChatRequest): string => digestOf([model, messages])

const whoOf = (facts: AnswerFactsOfPart) => ({ provider: facts.provider, model: facts.model, attempts: facts.attempts })

/** A whole answer, or an error: never half of one, never nothing. */
const readAnswer = async (work: TextWork, request: ChatRequest): Promise<PartAnswer> => {
  const answer = await work.shop.gateway.chat(request, { signal: work.signal })
  const facts = factsOf(answer)
  if (answer.finishReason === 'length') {
    throw new AppError('output-truncated', 'The model stopped before the end of this part', { details: whoOf(facts) })
  }
  if (answer.finishReason === 'content-filter') {
    throw new AppError('content-refused', 'The provider refused this part', { details: whoOf(facts) })
  }
  const content = answer.text.trim()
  if (content === '') throw new AppError('output-empty', 'The model gave no text', { details: whoOf(facts) })
  return { content, facts }
}

/** Asks once for each question in the life of a text: what was answered before a crash or a failure is taken from there. */
export const askOnce = async (work: TextWork, path: string, request: ChatRequest): Promise<PartAnswer> => {
  const { shop, textId, signal } = work
  const question = questionOf(request)
  const stored = await findPart(shop.db, textId, path)
  if (stored?.question === question) return { content: stored.content, facts: stored.facts as AnswerFactsOfPart }
  signal.throwIfAborted()
  const answer = await readAnswer(work, request)
  await storePart(shop.db, textId, { path, question, ...answer }, new Date(shop.clock.now()))
  return answer
}

/**
 * How a text is cut is decided once: token counts are estimates that learn, and another cut would make every question a
 * new one.
 */
export const planOnce = async (
  work: TextWork,
  path: string,
  source: string,
  cut: () => string[],
): Promise<string[]> => {
  const { shop, textId } = work
  const question = digestOf(source)
  const stored = await findPart(shop.db, textId, path)
  if (stored?.question === question) return JSON.parse(stored.content) as string[]
  const parts = cut()
  const plan = { path, question, content: JSON.stringify(parts), facts: null }
  await storePart(shop.db, textId, plan, new Date(shop.clock.now()))
  return parts
}

/** Whether a smaller question may get a whole answer. */
export const isTooLong = (thrown: unknown): boolean =>
  ['output-truncated', 'context-too-long', 'provider-request-too-large'].includes(toAppError(thrown).code)
