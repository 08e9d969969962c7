/** What is sent to one target in one turn: the request as this model takes it, and as the story so far wants it. */
import { AppError } from '../../../errors.ts'
import { sayAlone, sayReason } from '../../../reasons.ts'
import { rulesFor } from '../../catalog/rules.ts'
import { planBudget, type Budget } from '../../tokens/budget.ts'
import type { CalibratedCounter } from '../../tokens/counter.ts'
import type { Note } from '../../types/attempts.ts'
import type { ModelRow } from '../../types/models.ts'
import type { ChatRequest } from '../../types/requests.ts'
import type { Turn } from '../conduct.ts'
import { mayRefusePrefill, takesPrefill, toContinuation } from './continuation.ts'
import { createJoiner, passThrough, type Joiner } from './joiner.ts'
import type { GatewayPolicy } from '../policy.ts'
import { toRepair, type Broken } from './structured-output.ts'
import type { Told } from './told.ts'
import { modelId } from '../door/gate.ts'

/** What earlier turns left behind. */
export interface ChatState {
  readonly told: Told
  /** Ids of models that refused their own unfinished turn. */
  readonly prefillRefused: Set<string>
  /** An answer that was not of the asked form; its model is shown it once. */
  broken: Broken | null
}

export interface Sending {
  readonly turn: Turn
  readonly request: ChatRequest
  readonly streamed: boolean
  readonly joiner: Joiner
  readonly prefilled: boolean
  readonly notes: readonly Note[]
}

export interface SendingDeps {
  readonly policy: GatewayPolicy
  readonly counter: CalibratedCounter
  /** The caller sees parts as they come. */
  readonly live: boolean
}

/** What the caller is told when less room is left than was asked for. */
export const toBudgetNotes = (row: ModelRow, budget: Budget | null, asked: ChatRequest): readonly Note[] => {
  if (budget?.lowered !== true) return []
  const message = sayReason('output-room', {
    model: row.key,
    tokens: budget.outputTokens,
    limit: asked.maxOutputTokens ?? 0,
  })
  return [{ kind: 'parameter-mapped', field: 'maxOutputTokens', message }]
}

/** The output cap that fits this model, always said: a provider's own default may cut the text short. */
const withBudget = (
  deps: SendingDeps,
  row: ModelRow,
  request: ChatRequest,
): { readonly request: ChatRequest; readonly notes: readonly Note[] } => {
  const inputTokens = deps.counter.request(row, request)
  const budget = planBudget(row, inputTokens, request.maxOutputTokens, deps.policy.tokens)
  if (budget === null) {
    const contextLimit = row.contextLength ?? deps.policy.tokens.unknownContext
    throw new AppError(
      'context-too-long',
      sayAlone('too-long-for', { tokens: inputTokens, limit: contextLimit, model: row.key }),
      {
        details: { provider: row.provider, model: row.key, contextLimit, given: inputTokens, estimated: true },
      },
    )
  }
  return {
    request: { ...request, maxOutputTokens: budget.outputTokens },
    notes: toBudgetNotes(row, budget, request),
  }
}

/** Whether the model can be asked for its answer piece by piece. */
export const takesStream = (row: ModelRow): boolean =>
  row.capabilities.includes('stream') && rulesFor(row.provider, row.key, row.rules).refuses?.includes('stream') !== true

const isStreamed = (deps: SendingDeps, { row }: Turn, request: ChatRequest): boolean => {
  if (!takesStream(row)) return false
  return deps.live || (request.maxOutputTokens ?? Number.POSITIVE_INFINITY) > deps.policy.plainAnswerTokens
}

export const prepareSending = (deps: SendingDeps, turn: Turn, asked: ChatRequest, state: ChatState): Sending => {
  const { row } = turn
  const delivered = state.told.text
  const prefilled = delivered !== '' && takesPrefill(row) && !state.prefillRefused.has(modelId(row))
  const bare: ChatRequest = { ...asked, model: row.key }
  const mended = state.broken === null ? bare : toRepair(bare, state.broken)
  const whole = delivered === '' ? mended : toContinuation(mended, delivered, prefilled)
  const { request, notes } = withBudget(deps, row, whole)
  const joiner = delivered === '' ? passThrough : createJoiner(delivered)
  return { turn, request, streamed: isStreamed(deps, turn, request), joiner, prefilled, notes }
}

export const isPrefillRefusal = (sending: Sending, error: AppError): boolean =>
  sending.prefilled && mayRefusePrefill(error.code, error.message)
