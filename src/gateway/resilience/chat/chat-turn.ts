/** One turn of a chat: sends, tells what comes, and ends with the answer told or with how it failed. */
import { AppError, toAppError } from '../../../errors.ts'
import { sayAlone } from '../../../reasons.ts'
import type { Caller, CallContext, CallPart, CallResult } from '../../call.ts'
import { resultParts } from '../../result-parts.ts'
import type { ChatAnswer, StreamPart } from '../../types/answers.ts'
import type { Note, Usage } from '../../types/attempts.ts'
import type { ModelRow } from '../../types/models.ts'
import type { ChatRequest } from '../../types/requests.ts'
import { callOnce, openAttempt, type AttemptDeps, type OpenAttempt } from '../attempt.ts'
import { toChatAnswer } from './chat-answer.ts'
import { isPrefillRefusal, prepareSending, type ChatState, type Sending, type SendingDeps } from './chat-sending.ts'
import type { Conduct, Turn } from '../conduct.ts'
import type { Story } from '../facts.ts'
import { pullParts } from './parts.ts'
import { readStructured } from './structured-output.ts'
import { chatLimits } from '../time-limits.ts'
import { createTeller } from './teller.ts'
import { tell, type Told } from './told.ts'
import { addUsage, estimatedUsage } from '../usage.ts'

export interface ChatTurnDeps extends SendingDeps {
  readonly caller: Caller
  readonly conduct: Conduct
  readonly attempts: AttemptDeps
  readonly story: Story
  readonly interactive: boolean
  /** Hears what a provider counted, to calibrate the estimates. */
  readonly onUsage: (row: ModelRow, request: ChatRequest, usage: Usage) => void
}

export interface TurnFailure {
  readonly error: AppError
  readonly prefillRefused: boolean
}

async function* wholeAnswer(deps: ChatTurnDeps, sending: Sending, attempt: OpenAttempt): AsyncGenerator<CallPart> {
  const { target } = sending.turn.admission
  const result = await callOnce(attempt, (context) => deps.caller.chat(target, sending.request, context))
  for (const part of resultParts(result)) yield part
}

const partsOf = (deps: ChatTurnDeps, sending: Sending, attempt: OpenAttempt): AsyncIterable<CallPart> =>
  sending.streamed
    ? pullParts(attempt, (context: CallContext) =>
        deps.caller.stream(sending.turn.admission.target, sending.request, context),
      )
    : wholeAnswer(deps, sending, attempt)

const interruptedUsage = (
  deps: ChatTurnDeps,
  sending: Sending,
  writtenBefore: number,
  told: Told,
): Usage | undefined => {
  if (told.text.length <= writtenBefore) return undefined
  const { row } = sending.turn
  const outputTokens = deps.counter.text(row, told.text.slice(writtenBefore))
  return estimatedUsage(deps.counter.request(row, sending.request), outputTokens)
}

const continuedNote = (row: ModelRow): { type: 'note'; note: Note } => ({
  type: 'note',
  note: { kind: 'continued', message: sayAlone('goes-on', { model: `${row.provider}/${row.key}` }) },
})

/** The record of the attempt is written before the facts are told, so that it is among them. */
const finish = (
  deps: ChatTurnDeps,
  attempt: OpenAttempt,
  sending: Sending,
  result: CallResult,
  told: Told,
): ChatAnswer => {
  const { row } = sending.turn
  const text = told.text === '' ? result.text : told.text
  const parsed = result.toolCalls.length === 0 ? readStructured(text, sending.request, row) : null
  deps.conduct.accepted(sending.turn)
  attempt.succeeded(result.usage)
  if (result.usage.reported) deps.onUsage(row, sending.request, result.usage)
  return toChatAnswer(deps.story, sending, result, told, parsed)
}

const prepare = (deps: ChatTurnDeps, turn: Turn, request: ChatRequest, state: ChatState): Sending | AppError => {
  try {
    return prepareSending(deps, turn, request, state)
  } catch (thrown) {
    turn.admission.cancelled()
    return toAppError(thrown)
  }
}

/** Null when the answer was told to its end. */
export async function* takeTurn(
  deps: ChatTurnDeps,
  turn: Turn,
  request: ChatRequest,
  state: ChatState,
): AsyncGenerator<StreamPart, TurnFailure | null> {
  const { told } = state
  const sending = prepare(deps, turn, request, state)
  if (sending instanceof AppError) return { error: sending, prefillRefused: false }
  const limits = chatLimits(deps.policy.limits, deps.interactive, turn.row, sending.request, sending.streamed)
  const attempt = openAttempt(deps.attempts, turn, limits, sending.streamed)
  const writtenBefore = told.text.length
  told.pending.splice(0, told.pending.length, ...sending.notes)
  let result: CallResult | undefined
  const teller = createTeller(sending, told)
  try {
    if (writtenBefore > 0) for (const part of tell(told, turn.row, continuedNote(turn.row))) yield part
    for await (const part of partsOf(deps, sending, attempt)) {
      // Before it is judged: what was billed is kept, also of an answer that is none.
      if (part.type === 'end') result = part.result
      for (const news of teller.hear(part)) yield news
    }
    if (result === undefined) throw new AppError('stream-interrupted', sayAlone('stream-not-whole'))
    yield { type: 'finish', answer: finish(deps, attempt, sending, result, told) }
    return null
  } catch (thrown) {
    const usage = result?.usage ?? interruptedUsage(deps, sending, writtenBefore, told)
    const error = attempt.failed(thrown, usage)
    if (usage !== undefined) told.usage = told.usage === null ? usage : addUsage(told.usage, usage)
    return { error, prefillRefused: isPrefillRefusal(sending, error) }
  } finally {
    // Does something only when the reader left the stream: then neither success nor failure was reached.
    attempt.cancelled()
  }
}
