/** Puts what is left back together: the punctuation of removed words moves or goes, sentences start with a capital. */
import { endsClause, endsSentence, type SpokenToken } from './spoken-token.ts'

const sentenceMark = /[.!?…]+["'”’)\]]*$/u
const clauseMark = /[,;:–—-]+$/u
const openingMark = /^["“‘«([]+/u
const closingMark = /["”’»)\]]+$/u

const capitalize = (text: string, language: string): string =>
  text.replace(/\p{L}/u, (letter) => letter.toLocaleUpperCase(language))

/** The mark that a removed word leaves behind for the word before it. */
const handBack = (kept: SpokenToken[], removed: SpokenToken): void => {
  const previous = kept.at(-1)
  const mark = sentenceMark.exec(removed.text)?.[0]
  if (previous === undefined) return
  if (mark === undefined) {
    if (!openingMark.test(removed.text)) previous.text += closingMark.exec(removed.text)?.[0] ?? ''
  } else if (!endsSentence(previous.text)) previous.text = previous.text.replace(clauseMark, '') + mark
}

/** The quotes and brackets that a removed word opened and did not close. */
const openedBy = (removed: SpokenToken): string =>
  closingMark.test(removed.text) ? '' : (openingMark.exec(removed.text)?.[0] ?? '')

/**
 * What is left, in order, with marks and capitals mended. A capital is given only where a removed word had begun the
 * sentence; a sentence that the recognizer began in lower case stays as it was.
 */
export const joinTokens = (tokens: readonly SpokenToken[], language: string): SpokenToken[] => {
  const kept: SpokenToken[] = []
  let openedByRemoved = false
  let opening = ''
  for (const token of tokens) {
    const previous = kept.at(-1)
    const opens = previous === undefined || endsSentence(previous.text)
    if (token.removed) {
      openedByRemoved ||= opens && /^\P{L}*\p{Lu}/u.test(token.text)
      handBack(kept, token)
      opening += openedBy(token)
      continue
    }
    const mended = { ...token }
    if (openedByRemoved && opens) mended.text = capitalize(mended.text, language)
    if (!openingMark.test(mended.text)) mended.text = opening + mended.text
    openedByRemoved = false
    opening = ''
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
