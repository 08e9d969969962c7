/** Puts what is left back together: the punctuation of removed words moves or goes, sentences start with a capital. */
import { endsClause, endsSentence, type SpokenToken } from './spoken-token.ts'

const sentenceMark = /[.!?…]+["'”’)\]]*$/u
const clauseMark = /[,;:–—-]+$/u

const capitalize = (text: string, language: string): string =>
  text.replace(/\p{L}/u, (letter) => letter.toLocaleUpperCase(language))

/** The mark that a removed word leaves behind for the word before it. */
const handBack = (kept: SpokenToken[], removed: SpokenToken): void => {
  const previous = kept.at(-1)
  const mark = sentenceMark.exec(removed.text)?.[0]
  if (previous === undefined || mark === undefined || endsSentence(previous.text)) return
  previous.text = previous.text.replace(clauseMark, '') + mark
}

/**
 * What is left, in order, with marks and capitals mended. A capital is given only where a removed word had begun the
 * sentence; a sentence that the recognizer began in lower case stays as it was.
 */
export const joinTokens = (tokens: readonly SpokenToken[], language: string): SpokenToken[] => {
  const kept: SpokenToken[] = []
  let openedByRemoved = false
  for (const token of tokens) {
    const previous = kept.at(-1)
    const opens = previous === undefined || endsSentence(previous.text)
    if (token.removed) {
      openedByRemoved ||= opens && /^\P{L}*\p{Lu}/u.test(token.text)
      handBack(kept, token)
      continue
    }
    const mended = { ...token }
    if (openedByRemoved && opens) mended.text = capitalize(mended.text, language)
    openedByRemoved = false
    kept.push(mended)
  }
  return trimEnd(kept)
}

/** A text must not end in the comma that stood before a removed word. */
const trimEnd = (kept: SpokenToken[]): SpokenToken[] => {
  const last = kept.at(-1)
  if (last !== undefined && endsClause(last.text)) last.text = last.text.replace(clauseMark, '')
  return kept
}
