/** What is kept as English sentences, handed out with the same as data. Rows of any age are read: the words are in them. */
import { readFailure, readReason } from '../reasons.ts'
import type { StoredError, TextDecision, TranscriptionText, Warning } from './types.ts'

const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** An error as it lies in its row: earlier versions kept less. */
type KeptError = Omit<StoredError, 'because' | 'providerMessage'>

export const toError = (kept: unknown): StoredError | null => {
  if (kept === null) return null
  const error = kept as KeptError
  return {
    ...error,
    because: readFailure(error.message, error.provider),
    providerMessage: textOrNull(error.details['providerMessage']),
  }
}

export const toWarnings = (kept: unknown): Warning[] =>
  (kept as Warning[]).map((warning) => ({ ...warning, because: readReason(warning.message) }))

export const toNotes = (kept: unknown): TranscriptionText['notes'] =>
  (kept as { kind: string; message: string }[]).map(({ kind, message }) => ({
    kind,
    message,
    because: readReason(message),
  }))

const withBecause = <Item extends { readonly reason: string }>(item: Item) => ({
  ...item,
  because: readReason(item.reason),
})

export const toDecision = (kept: unknown): TextDecision | null => {
  if (kept === null) return null
  const decision = kept as TextDecision
  return {
    ...decision,
    targets: decision.targets.map((target) => withBecause(target)),
    skipped: decision.skipped.map((target) => withBecause(target)),
  }
}

export const toAttempts = (kept: unknown): Record<string, unknown>[] =>
  (kept as Record<string, unknown>[]).map((attempt) => {
    const { reason, errorMessage, provider } = attempt
    return {
      ...attempt,
      because: readReason(textOrNull(reason) ?? ''),
      errorBecause: readFailure(textOrNull(errorMessage) ?? '', textOrNull(provider)),
    }
  })
