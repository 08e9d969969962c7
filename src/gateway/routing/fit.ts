/** Whether a model can take a request at all: the first reason why not, or null. */
import type { ErrorCode } from '../../errors.ts'
import { sayReason } from '../../reasons.ts'
import type { ParameterPolicy } from '../types/call-options.ts'
import type { ModelRow } from '../types/models.ts'
import type { Needs } from './needs.ts'

export type SkipKind =
  | 'operation'
  | 'inactive'
  | 'modality'
  | 'capability'
  | 'parameter'
  | 'context'
  | 'output'
  | 'unknown'
  | 'avoided'
  | 'no-credential'
  | 'resting'

export interface Unfit {
  readonly kind: SkipKind
  readonly code: ErrorCode
  /** In words a person can read. */
  readonly reason: string
  readonly details?: Readonly<Record<string, unknown>>
}

export interface FitLimits {
  readonly unknownContext: number
  readonly unknownOutput: number
}

const unfit = (kind: SkipKind, code: ErrorCode, reason: string, details?: Readonly<Record<string, unknown>>): Unfit =>
  details === undefined ? { kind, code, reason } : { kind, code, reason, details }

const lacks = <Item>(wanted: readonly Item[], offered: readonly Item[]): Item | undefined =>
  wanted.find((item) => !offered.includes(item))

const unfitAbility = (row: ModelRow, needs: Needs, policy: ParameterPolicy): Unfit | null => {
  if (!row.operations.includes(needs.operation)) {
    return unfit('operation', 'unsupported-capability', sayReason('unfit-operation', { operation: needs.operation }))
  }
  const modality = lacks(needs.modalities, row.inputModalities)
  if (modality !== undefined)
    return unfit('modality', 'unsupported-capability', sayReason('unfit-modality', { modality }), { modality })
  const capability = lacks(needs.capabilities, row.capabilities)
  if (capability !== undefined) {
    return unfit('capability', 'unsupported-capability', sayReason('unfit-capability', { capability }), { capability })
  }
  const parameter = policy === 'refuse' ? needs.parameters.find((name) => row.rules.drop?.includes(name)) : undefined
  return parameter === undefined
    ? null
    : unfit('parameter', 'unsupported-parameter', sayReason('unfit-parameter', { parameter }), { parameter })
}

const unfitSize = (row: ModelRow, needs: Needs, limits: FitLimits): Unfit | null => {
  const inputTokens = needs.inputTokens(row)
  if (inputTokens === 0) return null
  const contextLength = row.contextLength ?? limits.unknownContext
  if (inputTokens + needs.minimumOutputTokens <= contextLength) return null
  return unfit(
    'context',
    'context-too-long',
    sayReason('unfit-context', { tokens: inputTokens, limit: contextLength }),
    {
      contextLimit: contextLength,
      given: inputTokens,
    },
  )
}

const unfitOutput = (row: ModelRow, needs: Needs, limits: FitLimits): Unfit | null => {
  const largest = row.maxOutputTokens ?? limits.unknownOutput
  return needs.minimumOutputTokens > largest
    ? unfit('output', 'context-too-long', sayReason('unfit-output', { limit: largest }), { maxOutputTokens: largest })
    : null
}

export const whyUnfit = (row: ModelRow, needs: Needs, policy: ParameterPolicy, limits: FitLimits): Unfit | null => {
  if (!row.active) {
    return unfit('inactive', 'model-inactive', row.removalReason ?? sayReason('switched-off'), {
      removalReason: row.removalReason,
    })
  }
  return unfitAbility(row, needs, policy) ?? unfitOutput(row, needs, limits) ?? unfitSize(row, needs, limits)
}
