/** Failures as they are kept with what failed: table text, this case's facts, and what could be tried instead. */
import { toAppError } from '../errors.ts'
import { redactLine, redactText } from '../lib/logger.ts'
import { readFailure } from '../reasons.ts'
import type { ModelSuggestion, StoredError } from './types.ts'

const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** Stored with the failure of a step; a provider's text can be long, and nobody reads more. */
const LONGEST_MESSAGE = 2000

/** How a model is shown, by `provider/key`; null when it isn't known. */
export type DescribeModel = (ref: string) => ModelSuggestion | null

const toSuggestions = (refs: unknown, describe: DescribeModel): ModelSuggestion[] =>
  (Array.isArray(refs) ? refs : [])
    .map((ref) => (typeof ref === 'string' ? describe(ref) : null))
    .filter((suggestion) => suggestion !== null)

/** Errors from before a model was found name it as it was asked for, `provider/key`. */
const withoutProvider = (model: string | null, provider: string | null): string | null =>
  model !== null && provider !== null && model.startsWith(`${provider}/`) ? model.slice(provider.length + 1) : model

/** The parts of `provider/key`; a name that isn't one is a model of nobody known. */
export const whoOf = (ref: string): { readonly provider: string | null; readonly model: string | null } => {
  const slash = ref.indexOf('/')
  return slash < 0 ? { provider: null, model: ref } : { provider: ref.slice(0, slash), model: ref.slice(slash + 1) }
}

/** An error as stored and shown. `who` names provider and model where the error itself doesn't. */
export const toStoredError = (
  thrown: unknown,
  who: { readonly provider?: string | null; readonly model?: string | null } = {},
  describe: DescribeModel = () => null,
): StoredError => {
  const error = toAppError(thrown)
  const { suggestions, ...details } = error.details
  const provider = textOrNull(error.details['provider']) ?? who.provider ?? null
  return {
    code: error.code,
    title: error.entry.title,
    message: redactText(error.message).slice(0, LONGEST_MESSAGE),
    advice: error.entry.advice,
    provider,
    model: withoutProvider(textOrNull(error.details['model']) ?? who.model ?? null, provider),
    details: JSON.parse(redactLine(JSON.stringify(details))) as Record<string, unknown>,
    because: readFailure(error.message, provider),
    providerMessage: textOrNull(error.details['providerMessage']),
    suggestions: toSuggestions(suggestions, describe),
  }
}
