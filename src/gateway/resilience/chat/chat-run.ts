/**
 * One chat from the first target to the last, told as a stream that never takes a word back and never ends without
 * saying how: the last part is always `finish` or `error`.
 *
 * Before the first content the next target takes over unseen. After it the next target is asked to go on, by policy.
 */
import { toAppError, type AppError } from '../../../errors.ts'
import type { StreamPart } from '../../types/answers.ts'
import type { InterruptionPolicy } from '../../types/call-options.ts'
import type { ChatRequest } from '../../types/requests.ts'
import { abortReason } from '../attempt.ts'
import type { ChatState } from './chat-sending.ts'
import { takeTurn, type ChatTurnDeps } from './chat-turn.ts'
import type { Turn } from '../conduct.ts'
import { toFailedFacts, withStory } from '../facts.ts'
import { modelId } from '../door/gate.ts'
import { brokenOutput } from './structured-output.ts'
import { createTold, type Told } from './told.ts'

export interface ChatRunDeps extends ChatTurnDeps {
  readonly interruption: InterruptionPolicy
  /** The request is over, however it ended. */
  readonly close: () => void
}

const errorPart = (deps: ChatRunDeps, error: AppError): StreamPart => ({
  type: 'error',
  error: withStory(error, deps.story),
  facts: toFailedFacts(deps.story),
})

/** Nobody has read it: the next target begins anew. */
const forget = (told: Told): void => {
  Object.assign(told, { text: '', reasoning: '', toolCalls: false, usage: null })
  told.pending.length = 0
  told.authors.length = 0
}

/** Whether another target may go on after what was told. */
const mayContinue = (deps: ChatRunDeps, told: Told): boolean =>
  !told.toolCalls && (told.text === '' || deps.interruption === 'continue')

/** What is changed for the next turn after a failure. Throws the error that ends the request. */
const settle = (deps: ChatRunDeps, turn: Turn, error: AppError, prefillRefused: boolean, state: ChatState): void => {
  if (error.code === 'cancelled') throw error
  if (prefillRefused) {
    state.prefillRefused.add(modelId(turn.row))
    return deps.conduct.again(turn)
  }
  if (!deps.live) forget(state.told)
  if (!mayContinue(deps, state.told)) throw error
  const broken = brokenOutput(error)
  if (broken === null) return deps.conduct.failed(turn, error)
  // One repair, and none of a text that was read already.
  if (state.broken !== null || state.told.text !== '') throw error
  state.broken = broken
  deps.conduct.again(turn)
}

export async function* runChat(deps: ChatRunDeps, request: ChatRequest): AsyncGenerator<StreamPart> {
  const { signal } = deps.attempts
  const state: ChatState = { told: createTold(), prefillRefused: new Set(), broken: null }
  try {
    for (;;) {
      const turn = await deps.conduct.next()
      const failure = yield* takeTurn(deps, turn, request, state)
      if (failure === null) return
      settle(deps, turn, failure.error, failure.prefillRefused, state)
    }
  } catch (thrown) {
    deps.story.failure = signal.aborted ? abortReason(signal) : toAppError(thrown)
    yield errorPart(deps, deps.story.failure)
  } finally {
    deps.close()
  }
}
