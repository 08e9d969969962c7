/** Questions about parts of a text, and what came of them. Types and the making of parts; asks nobody. */
import type { AppError } from '../../errors.ts'
import type { ChatRequest } from '../../gateway/index.ts'
import type { TextRoom } from '../dependencies.ts'
import type { AnswerFactsOfPart } from './combine-facts.ts'
import { tailOf } from './split-text.ts'

export interface Part {
  /** Place in the plan; pieces of a part get `/0`, `/1` … */
  readonly path: string
  readonly text: string
  /** What was said just before, for the sense. */
  readonly before: string
}

/** What speaks against an answer. */
export interface Sign {
  readonly code: 'length' | 'numbers' | 'names' | 'answered' | 'invented' | 'untranslated' | 'lines' | 'seam' | 'times'
  /** After “Part 3”, e.g. `is much shorter than what was said (20 %)`. */
  readonly message: string
}

export interface PartAnswer {
  readonly content: string
  readonly facts: AnswerFactsOfPart
}

export interface CheckedAnswer extends PartAnswer {
  /** None for an answer that passed. */
  readonly signs: readonly Sign[]
}

export type PartOutcome =
  | { readonly part: Part; readonly answer: CheckedAnswer; readonly error?: never }
  | { readonly part: Part; readonly answer?: never; readonly error: AppError }

/** A kind of question: how it is put, how much of a text it takes, and when an answer is none. */
export interface Asking {
  toRequest(part: Part, room: TextRoom): ChatRequest
  /** Tokens of text for one request. */
  partTokens(room: TextRoom): number
  /** What speaks against an answer; nothing for a good one. */
  readonly check?: (part: Part, content: string) => readonly Sign[]
  /** Cuts a text to so many tokens; left out: between sentences. */
  readonly cut?: (text: string, tokens: number, count: (text: string) => number) => string[]
}

/** Parts in their order, each with the end of the one before. */
export const toParts = (path: string, texts: readonly string[], first = ''): Part[] =>
  texts.map((text, index) => ({
    path: path === '' ? String(index) : `${path}/${index}`,
    text,
    before: index === 0 ? first : tailOf(texts[index - 1] ?? ''),
  }))
