/**
 * How long the answer may be, so that input and output together never exceed the context:
 * `safe output = min(largest output, context − input − overhead)`.
 */
import type { ModelRow } from '../types/models.ts'

export interface BudgetPolicy {
  readonly minimumOutput: number
  readonly defaultOutput: number
  readonly unknownContext: number
  readonly unknownOutput: number
}

/** What chat templates add between messages. */
const OVERHEAD_TOKENS = 32

export interface Budget {
  readonly inputTokens: number
  /** What to ask for. */
  readonly outputTokens: number
  /** The caller wanted more than fits. */
  readonly lowered: boolean
  readonly contextLength: number
}

/** Null when not even the smallest useful output fits: the text has to be split, or another model asked. */
export const planBudget = (
  row: Pick<ModelRow, 'contextLength' | 'maxOutputTokens'>,
  inputTokens: number,
  wantedTokens: number | undefined,
  policy: BudgetPolicy,
): Budget | null => {
  const contextLength = row.contextLength ?? policy.unknownContext
  const largest = row.maxOutputTokens ?? Math.max(policy.unknownOutput, Math.min(policy.defaultOutput, contextLength))
  const room = Math.min(largest, contextLength - inputTokens - OVERHEAD_TOKENS)
  const minimum = Math.min(policy.minimumOutput, wantedTokens ?? policy.minimumOutput)
  if (room < minimum) return null
  const outputTokens = Math.max(1, Math.min(room, wantedTokens ?? policy.defaultOutput))
  return {
    inputTokens,
    outputTokens,
    lowered: wantedTokens !== undefined && outputTokens < wantedTokens,
    contextLength,
  }
}
