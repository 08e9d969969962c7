/**
 * `cleaned_text`: the transcript without fillers, stutters, repeats and false starts, in paragraphs. Rules only, no
 * model; meaning, numbers and names stay. A pure function: the same segments always give the same text.
 */
import { joinTokens } from './join-tokens.ts'
import { rulesFor } from './language-rules.ts'
import { removeFillers } from './remove-fillers.ts'
import { removeRepeats } from './remove-repeats.ts'
import { toTokens, type SpokenSegment } from './spoken-token.ts'
import { toParagraphs, type Paragraph } from './to-paragraphs.ts'

export interface CleanedTranscript {
  /** Paragraphs joined by an empty line. */
  readonly text: string
  readonly paragraphs: readonly Paragraph[]
  /** Words that were left out. */
  readonly removedWords: number
}

/** @param language ISO 639-1 code; English and Turkish have filler rules, others the rules that hold everywhere. */
export const cleanTranscript = (segments: readonly SpokenSegment[], language: string): CleanedTranscript => {
  const locale = /^[a-z]{2,3}$/u.test(language) ? language : 'en'
  const rules = rulesFor(language)
  const tokens = toTokens(segments, locale)
  removeFillers(tokens, rules)
  removeRepeats(tokens, rules)
  const kept = joinTokens(tokens, locale)
  const paragraphs = toParagraphs(kept)
  return {
    text: paragraphs.map((paragraph) => paragraph.text).join('\n\n'),
    paragraphs,
    removedWords: tokens.length - kept.length,
  }
}
