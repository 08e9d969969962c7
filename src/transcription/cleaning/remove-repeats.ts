/**
 * Marks stutters (`the the`), cut-off words (`wan- want`), phrases said twice (`I think I think`) and false starts
 * (`I was — I went`). The earlier saying goes, the later one stays: it is the one the speaker went on from. Numbers and
 * names are never touched, nor is anything across the end of a sentence or between two speakers.
 */
import type { LanguageRules } from './language-rules.ts'
import { endsClause, endsSentence, isCutOff, type SpokenToken } from './spoken-token.ts'

const longestPhrase = 6
const longestFalseStart = 4

/** `twenty-five` is one as well. */
const isNumber = (token: SpokenToken, rules: LanguageRules): boolean =>
  /\p{N}/u.test(token.bare) || token.bare.split('-').some((part) => rules.numbers?.has(part) === true)

/** A capital inside a sentence; `I` and its short forms are no names. */
const isName = (token: SpokenToken, previous: SpokenToken | undefined): boolean =>
  /^["'“‘(]*\p{Lu}/u.test(token.text) &&
  !/^i('|$)/u.test(token.bare) &&
  previous !== undefined &&
  !endsSentence(previous.text)

const isUntouchable = (tokens: readonly SpokenToken[], index: number, rules: LanguageRules): boolean => {
  const token = tokens[index]
  return token === undefined || token.bare === '' || isNumber(token, rules) || isName(token, tokens[index - 1])
}

const isOneUtterance = (tokens: readonly SpokenToken[], start: number, length: number): boolean => {
  const slice = tokens.slice(start, start + length)
  return (
    slice.slice(0, -1).every((token) => !endsSentence(token.text)) &&
    slice.every((token) => token.speaker === slice[0]?.speaker)
  )
}

/** `wan- want`, `th- the`: a beginning that the next word completes. */
const isBrokenWord = (tokens: readonly SpokenToken[], index: number): boolean => {
  const token = tokens[index]
  const next = tokens[index + 1]
  if (token === undefined || next === undefined || !isCutOff(token.text)) return false
  return token.bare !== '' && next.bare.startsWith(token.bare) && isOneUtterance(tokens, index, 2)
}

const opensClause = (tokens: readonly SpokenToken[], index: number, rules: LanguageRules): boolean => {
  const before = tokens[index - 1]
  return before === undefined || endsSentence(before.text) || endsClause(before.text) || rules.openers.has(before.bare)
}

/** The same word twice, and both are meant: one ends what was said, the other goes on. */
const isMeantTwice = (tokens: readonly SpokenToken[], index: number, rules: LanguageRules): boolean => {
  const { bare, text } = tokens[index] as SpokenToken
  if (rules.bothEnds.has(bare)) return !opensClause(tokens, index, rules)
  if (rules.notAcrossComma.has(bare)) return endsClause(text) || rules.particleVerbs.has(tokens[index - 1]?.bare ?? '')
  return rules.copulas.has(bare) && rules.clauseHeads.has(tokens[index - 2]?.bare ?? '')
}

const isThrice = (tokens: readonly SpokenToken[], index: number): boolean => {
  const run = tokens.slice(index, index + 3)
  return run.length === 3 && run.every(({ bare }) => bare === run[0]?.bare) && isOneUtterance(tokens, index, 3)
}

const isStutter = (tokens: readonly SpokenToken[], index: number, rules: LanguageRules): boolean => {
  const token = tokens[index]
  const next = tokens[index + 1]
  if (token === undefined || next === undefined || token.bare !== next.bare || rules.numbers === undefined) return false
  if (!isOneUtterance(tokens, index, 2) || isUntouchable(tokens, index, rules)) return false
  // `we we- went`: the second is the beginning of another word.
  if (isBrokenWord(tokens, index + 1) && tokens[index + 2]?.bare !== token.bare) return false
  if (rules.doublings.has(token.bare)) return false
  if (rules.stutters.has(token.bare)) return isThrice(tokens, index) || !isMeantTwice(tokens, index, rules)
  // Between commas it is said again for effect: `location, location, location`.
  const isRest = tokens[index - 1]?.removed === true && tokens[index - 1]?.bare === token.bare
  return !endsClause(token.text) && (isThrice(tokens, index) || isRest)
}

const repeatsAfter = (tokens: readonly SpokenToken[], start: number, length: number): boolean =>
  tokens.slice(start, start + length).every((token, offset) => {
    const again = tokens[start + length + offset]
    return token.bare !== '' && token.bare === again?.bare
  })

const isSaidTwice = (tokens: readonly SpokenToken[], start: number, length: number, rules: LanguageRules): boolean => {
  if (rules.numbers === undefined) return false
  if (!repeatsAfter(tokens, start, length) || !isOneUtterance(tokens, start, length * 2)) return false
  const phrase = tokens.slice(start, start + length)
  // `it is what it is, it is late`: the first ends a clause that its head began.
  if (endsClause(phrase.at(-1)?.text ?? '') && rules.clauseHeads.has(tokens[start - 1]?.bare ?? '')) return false
  if (rules.phrases.has(phrase.map((token) => token.bare).join('_'))) return false
  return phrase.every((_, offset) => !isUntouchable(tokens, start + offset, rules))
}

/** `I was going— I went`: a few words that break off, and a new start with the same word. */
const falseStartLength = (tokens: readonly SpokenToken[], start: number, rules: LanguageRules): number => {
  for (let length = 1; length <= longestFalseStart; length += 1) {
    const last = tokens[start + length - 1]
    if (last === undefined || endsSentence(last.text) || isUntouchable(tokens, start + length - 1, rules)) return 0
    if (!/[\p{L}\p{N}](--|–|—)$/u.test(last.text)) continue
    return tokens[start]?.bare === tokens[start + length]?.bare && isOneUtterance(tokens, start, length + 1)
      ? length
      : 0
  }
  return 0
}

const repeatLength = (tokens: readonly SpokenToken[], start: number, rules: LanguageRules): number => {
  for (let length = longestPhrase; length >= 2; length -= 1)
    if (isSaidTwice(tokens, start, length, rules)) return length
  if (isStutter(tokens, start, rules) || isBrokenWord(tokens, start)) return 1
  return falseStartLength(tokens, start, rules)
}

export const removeRepeats = (tokens: readonly SpokenToken[], rules: LanguageRules): void => {
  const spoken = tokens.filter((token) => !token.removed)
  let start = 0
  while (start < spoken.length) {
    const length = repeatLength(spoken, start, rules)
    for (const token of spoken.slice(start, start + length)) token.removed = true
    start += Math.max(1, length)
  }
}
