/** Failures as they are kept with what failed: table text, this case's facts, and what could be tried instead. */
import { ERRORS, toAppError, type AppError, type ErrorCode } from '../errors.ts'
import { redact, redactText } from '../lib/logger.ts'
import type { ModelSuggestion, StoredError } from './types.ts'

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** Stored with the failure of a step; a provider's text can be long, and nobody reads more. */
const LONGEST_MESSAGE = 2000

/** An error as stored and shown. `who` names provider and model where the error itself doesn't. */
export const toStoredError = (
  thrown: unknown,
  who: { readonly provider?: string | null; readonly model?: string | null } = {},
  suggestions: readonly ModelSuggestion[] = [],
): StoredError => {
  const error: AppError = toAppError(thrown)
  return {
    code: error.code,
    title: error.entry.title,
    message: redactText(error.message).slice(0, LONGEST_MESSAGE),
    advice: error.entry.advice,
    provider: textOrNull(error.details.provider) ?? who.provider ?? null,
    model: textOrNull(error.details.model) ?? who.model ?? null,
    details: JSON.parse(JSON.stringify(redact(error.details))) as Record<string, unknown>,
    suggestions: [...suggestions],
  }
}

/** The row of the table for a stored code; codes of a later version read as `internal`. */
export const entryOf = (stored: StoredError) => ERRORS[stored.code in ERRORS ? (stored.code as ErrorCode) : 'internal']
