/** The transcript as a row of spoken tokens: what every cleaning rule reads and marks. Pure. */

/** A timed piece of speech; words may be missing (some providers give none) or outdated (an edited segment). */
export interface SpokenSegment {
  readonly text: string
  readonly startSecond: number
  readonly endSecond: number
  readonly speaker?: string | null
  readonly words?: readonly { readonly text: string; readonly startSecond: number; readonly endSecond: number }[]
}

export interface SpokenToken {
  /** As written, with its punctuation. */
  text: string
  /** Lower-case letters and digits only: what rules compare. */
  readonly bare: string
  readonly startSecond: number
  readonly endSecond: number
  readonly speaker: string | null
  removed: boolean
}

const edgePunctuation = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu

/** Letters and digits of a word in lower case; the inner apostrophe and hyphen stay (`don't`, `uh-huh`). */
export const toBare = (text: string, language: string): string =>
  text.normalize('NFC').replace(edgePunctuation, '').replaceAll('’', "'").toLocaleLowerCase(language)

/** Marks that end a sentence, at the end of a token, with closing quotes after them. */
export const endsSentence = (text: string): boolean =>
  /[.!?…。！？]["'”’)\]]*$/u.test(text) && !/^\p{Lu}\.$/u.test(text)

export const endsClause = (text: string): boolean => /[,;:–—-]["'”’)\]]*$/u.test(text)

/** A word that broke off: `wan-`, `th—`. */
export const isCutOff = (text: string): boolean => /[\p{L}\p{N}](-|–|—)$/u.test(text)

const split = (text: string): string[] => text.split(/\s+/u).filter((part) => part !== '')

const timesOf = (segment: SpokenSegment, count: number, index: number): { startSecond: number; endSecond: number } => {
  const step = (segment.endSecond - segment.startSecond) / Math.max(1, count)
  return { startSecond: segment.startSecond + index * step, endSecond: segment.startSecond + (index + 1) * step }
}

/**
 * One token per written word, in order. The segment's text decides; its words give the times as long as they are
 * still the same words, otherwise times are spread evenly over the segment.
 */
export const toTokens = (segments: readonly SpokenSegment[], language: string): SpokenToken[] =>
  segments.flatMap((segment) => {
    const parts = split(segment.text)
    const words = segment.words ?? []
    const timed = words.length === parts.length && words.every((word, index) => word.text.trim() === parts[index])
    return parts.map((text, index) => {
      const word = timed ? words[index] : undefined
      const times = word ?? timesOf(segment, parts.length, index)
      return {
        text,
        bare: toBare(text, language),
        startSecond: times.startSecond,
        endSecond: times.endSecond,
        speaker: segment.speaker ?? null,
        removed: false,
      }
    })
  })
