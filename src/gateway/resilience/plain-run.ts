/** One request with one whole answer (embedding, transcription, image, list), from the first target to the last. */
import { AppError, toAppError } from '../../errors.ts'
import { sayReason } from '../../reasons.ts'
import type { CallContext, CallTarget } from '../call.ts'
import type { AnswerFacts, FinishReason } from '../types/answers.ts'
import type { Note, Usage } from '../types/attempts.ts'
import type { ModelRow } from '../types/models.ts'
import { abortReason, callOnce, openAttempt, type AttemptDeps } from './attempt.ts'
import { checkNotRefused } from './chat/chat-answer.ts'
import type { Conduct, Turn } from './conduct.ts'
import { toFacts, withStory, type Story } from './facts.ts'
import type { TimeLimits } from './policy.ts'

export interface PlainRunDeps {
  readonly conduct: Conduct
  readonly attempts: AttemptDeps
  readonly story: Story
}

export interface PlainResult {
  readonly usage: Usage
  readonly servedModel: string | null
  readonly notes?: readonly Note[]
  readonly finishReason?: FinishReason
}

export interface PlainCall<Result extends PlainResult> {
  readonly call: (target: CallTarget, context: CallContext, turn: Turn) => Promise<Result>
  readonly limits: (turn: Turn) => TimeLimits
  /** Throws when the result is none. */
  readonly check: (result: Result, turn: Turn) => void
}

/** A refusal is no answer, and half a transcript must not pass for a whole one. */
const checkEnding = ({ finishReason, notes = [] }: PlainResult, row: ModelRow): void => {
  if (finishReason === undefined) return
  checkNotRefused({ finishReason, notes, text: '' }, row)
  if (finishReason !== 'length') return
  const details = { provider: row.provider, model: row.key, finishReason }
  throw new AppError('output-truncated', sayReason('rest-missing', { model: row.key }), { details })
}

const attemptOnce = async <Result extends PlainResult>(
  deps: PlainRunDeps,
  turn: Turn,
  plain: PlainCall<Result>,
): Promise<{ readonly result: Result } | { readonly error: unknown }> => {
  const attempt = openAttempt(deps.attempts, turn, plain.limits(turn), false)
  let result: Result | undefined
  try {
    result = await callOnce(attempt, (context) => plain.call(turn.admission.target, context, turn))
    checkEnding(result, turn.row)
    plain.check(result, turn)
    deps.conduct.accepted(turn)
    attempt.succeeded(result.usage)
    return { result }
  } catch (thrown) {
    // What was billed is kept, also of an answer that is none.
    return { error: attempt.failed(thrown, result?.usage) }
  }
}

export const runPlain = async <Result extends PlainResult>(
  deps: PlainRunDeps,
  plain: PlainCall<Result>,
): Promise<Omit<Result, 'notes' | 'servedModel' | 'finishReason'> & AnswerFacts> => {
  try {
    for (;;) {
      const turn = await deps.conduct.next()
      const outcome = await attemptOnce(deps, turn, plain)
      if ('result' in outcome) {
        const { notes, servedModel, finishReason: _whole, ...rest } = outcome.result
        return { ...rest, ...toFacts(deps.story, turn.row, servedModel, notes) }
      }
      const error = toAppError(outcome.error)
      if (error.code === 'cancelled') throw error
      deps.conduct.failed(turn, error)
    }
  } catch (thrown) {
    const { signal } = deps.attempts
    deps.story.failure = signal.aborted ? abortReason(signal) : toAppError(thrown)
    throw withStory(deps.story.failure, deps.story)
  }
}
