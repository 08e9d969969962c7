/** Marks fillers: sounds everywhere, asides only where punctuation sets them off. Pure but for the marks. */
import type { LanguageRules } from './language-rules.ts'
import { endsClause, endsSentence, type SpokenToken } from './spoken-token.ts'

/** A sound that belongs to a longer one (`uh oh`) is a word. */
const belongsToNext = (token: SpokenToken, next: SpokenToken | undefined): boolean =>
  token.bare === 'uh' && next?.bare === 'oh'

const isSound = (rules: LanguageRules, token: SpokenToken, next: SpokenToken | undefined): boolean =>
  token.bare !== '' && rules.sounds.test(token.bare) && !belongsToNext(token, next) && !/^\p{Lu}{2,}/u.test(token.text)

const matchesAt = (tokens: readonly SpokenToken[], start: number, phrase: readonly string[]): boolean =>
  phrase.every((word, offset) => tokens[start + offset]?.bare === word)

const isSetOff = (tokens: readonly SpokenToken[], start: number, length: number): boolean => {
  const before = tokens[start - 1]
  const last = tokens[start + length - 1]
  const opens = before === undefined || endsSentence(before.text) || endsClause(before.text)
  const inner = tokens.slice(start, start + length - 1)
  return opens && last !== undefined && endsClause(last.text) && inner.every((token) => !endsSentence(token.text))
}

const markAsides = (tokens: readonly SpokenToken[], rules: LanguageRules, phrase: readonly string[]): void => {
  tokens.forEach((_, start) => {
    if (!matchesAt(tokens, start, phrase) || !isSetOff(tokens, start, phrase.length)) return
    if (rules.asideNotAfter.has(tokens[start - 1]?.bare ?? '')) return
    for (const token of tokens.slice(start, start + phrase.length)) token.removed = true
  })
}

export const removeFillers = (tokens: readonly SpokenToken[], rules: LanguageRules): void => {
  tokens.forEach((token, index) => {
    if (isSound(rules, token, tokens[index + 1])) token.removed = true
  })
  const spoken = tokens.filter((token) => !token.removed)
  for (const phrase of rules.asides) markAsides(spoken, rules, phrase)
}
