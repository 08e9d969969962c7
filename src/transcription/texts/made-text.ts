/** A text as it was made, whole or with parts missing. */
import type { AppError } from '../../errors.ts'
import { combineFacts, type CombinedFacts } from './combine-facts.ts'
import type { PartOutcome } from './ask-divided.ts'

export interface MadeText {
  readonly content: string
  readonly facts: CombinedFacts
  /** A sentence for each part that is missing; none for a whole text. */
  readonly missing: string[]
  /** The first failure, when parts are missing. */
  readonly error: AppError | null
  readonly notes: { readonly kind: string; readonly message: string }[]
}

/** Enough of a part's beginning to find the place. */
const beginning = (text: string): string => {
  const words = text.split(/\s+/u).slice(0, 6).join(' ')
  return words.length > 60 ? `${words.slice(0, 60).toWellFormed()}…` : `${words}…`
}

export const missingParts = (outcomes: readonly PartOutcome[], consequence: string): string[] =>
  outcomes.flatMap(({ part, error }, index) =>
    error === undefined
      ? []
      : [`Part ${index + 1} of ${outcomes.length} (“${beginning(part.text)}”) ${consequence}: ${error.entry.title}.`],
  )

/** Facts over all answers. Throws the first failure when there is no answer at all. */
export const factsOfOutcomes = (outcomes: readonly PartOutcome[]): CombinedFacts => {
  const facts = combineFacts(
    outcomes.flatMap(({ answer }) => (answer ? [{ facts: answer.facts, weight: answer.content.length }] : [])),
  )
  if (facts !== null) return facts
  throw firstError(outcomes) ?? new TypeError('A text needs at least one part')
}

export const firstError = (outcomes: readonly PartOutcome[]): AppError | null =>
  outcomes.find(({ error }) => error !== undefined)?.error ?? null
