/** A text as it was made, whole or with parts missing. */
import type { AppError } from '../../errors.ts'
import { sayAlone } from '../../reasons.ts'
import type { Warning } from '../types.ts'
import type { PartOutcome } from './asking.ts'
import { combineFacts, type CombinedFacts } from './combine-facts.ts'
import type { PaidParts } from './paid-parts.ts'

/** A piece of a text with its time. */
export interface TimedPiece {
  readonly startSecond: number
  readonly endSecond: number
  readonly text: string
  readonly speaker: string | null
}

export interface MadeText {
  readonly content: string
  readonly facts: CombinedFacts
  /** A sentence for each part that is missing; none for a whole text. */
  readonly missing: string[]
  /** The first failure, when parts are missing. */
  readonly error: AppError | null
  readonly notes: { readonly kind: string; readonly message: string }[]
  /** What a check found against it, and another model did not mend. */
  readonly warnings: Warning[]
  /** Parts that the source was cut into, and how often notes were taken of notes. */
  readonly plan: { readonly chunks: number; readonly levels: number }
  readonly paid: PaidParts
  /** Its own times, where it has them. */
  readonly timed: readonly TimedPiece[] | null
}

/** Enough of a part's beginning to find the place. */
const beginning = (text: string): string => {
  const words = text.split(/\s+/u).slice(0, 6).join(' ')
  return words.length > 60 ? `${words.slice(0, 60).toWellFormed()}…` : `${words}…`
}

type Missing = 'missing-enhanced' | 'missing-summary' | 'missing-notes' | 'missing-translation'

export const missingParts = (outcomes: readonly PartOutcome[], consequence: Missing): string[] =>
  outcomes.flatMap(({ part, error }, index) =>
    error === undefined
      ? []
      : [
          sayAlone(consequence, {
            part: index + 1,
            parts: outcomes.length,
            beginning: beginning(part.text),
            error: error.entry.title,
          }),
        ],
  )

/** One warning for each sign of each part, with the words to find the place by. */
export const warningsOf = (outcomes: readonly PartOutcome[]): Warning[] =>
  outcomes.flatMap(({ part, answer }, index) =>
    (answer?.signs ?? []).map(({ code, message }) => ({
      code,
      message: sayAlone('doubted-part', { part: index + 1, parts: outcomes.length, sign: message }),
      details: {
        part: index + 1,
        parts: outcomes.length,
        beginning: beginning(part.text),
        ...(answer && { provider: answer.facts.provider, model: answer.facts.model }),
      },
    })),
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
