/**
 * Groups text tokens into words, the way Whisper's own word timing does: at spaces, or by whole characters in languages
 * written without them; then punctuation joins the word it belongs to. Pure.
 */
import { concatenate, type WhisperTokenizer } from './tokenizer.ts'

export interface WordTokens {
  /** With its leading space, where it has one. */
  readonly text: string
  /** Positions in the given token list: first, and one past the last. */
  readonly from: number
  readonly to: number
  /** One past the last that is said: punctuation at the end takes no time. */
  readonly saidTo: number
}

/** Languages written without spaces between words. */
const WITHOUT_SPACES = new Set(['zh', 'ja', 'th', 'lo', 'my', 'yue', 'bo', 'km'])
const JOINS_NEXT = `"'“¿([{-`
const JOINS_PREVIOUS = `"'.。,，!！?？:：”)]}、…;`

export const writtenWithoutSpaces = (language: string): boolean => WITHOUT_SPACES.has(language)

/** Words in order; together they hold all tokens that carry text. */
export const groupWords = (tokens: readonly number[], language: string, tokenizer: WhisperTokenizer): WordTokens[] => {
  const characters = wholeCharacters(tokens, tokenizer)
  return joinPunctuation(joinBlanks(writtenWithoutSpaces(language) ? characters : joinAtSpaces(characters)))
}

/** Smallest runs of tokens that decode to whole characters. */
const wholeCharacters = (tokens: readonly number[], tokenizer: WhisperTokenizer): WordTokens[] => {
  const words: WordTokens[] = []
  const strict = new TextDecoder('utf-8', { fatal: true })
  let from = 0
  for (let to = 1; to <= tokens.length; to += 1) {
    const bytes = concatenate(tokens.slice(from, to).map((token) => tokenizer.bytes(token)))
    const text = tryDecode(strict, bytes)
    // More pending bytes than a character has: the sequence is broken and will never be whole.
    const broken = text === undefined && bytes.length > 12
    if (text === undefined && !broken) continue
    if (text !== undefined && text !== '') words.push({ text, from, to, saidTo: to })
    from = to
  }
  return words
}

const tryDecode = (decoder: TextDecoder, bytes: Uint8Array): string | undefined => {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

const joined = (first: WordTokens, second: WordTokens): WordTokens => ({
  text: first.text + second.text,
  from: first.from,
  to: second.to,
  saidTo: isAllOf(second.text, JOINS_PREVIOUS) ? first.saidTo : second.saidTo,
})

const joinAtSpaces = (parts: readonly WordTokens[]): WordTokens[] => {
  const words: WordTokens[] = []
  for (const part of parts) {
    const last = words.at(-1)
    if (last === undefined || part.text.startsWith(' ')) words.push(part)
    else words[words.length - 1] = joined(last, part)
  }
  return words
}

/** A space alone is no word: it opens the next one. */
const joinBlanks = (parts: readonly WordTokens[]): WordTokens[] => {
  const whole: WordTokens[] = []
  for (const part of parts) {
    const last = whole.at(-1)
    if (last !== undefined && last.text.trim() === '') {
      whole[whole.length - 1] = joined(last, part)
    } else whole.push(part)
  }
  return whole.filter((part) => part.text.trim() !== '')
}

const joinPunctuation = (parts: readonly WordTokens[]): WordTokens[] => {
  const words: WordTokens[] = []
  let opening: WordTokens | undefined
  for (const part of parts) {
    const last = words.at(-1)
    const trimmed = part.text.trim()
    if (opening === undefined && last !== undefined && belongsToPrevious(part.text)) {
      words[words.length - 1] = joined(last, part)
      continue
    }
    const whole = opening === undefined ? part : joined(opening, part)
    opening = trimmed !== '' && part.text.startsWith(' ') && isAllOf(trimmed, JOINS_NEXT) ? whole : undefined
    if (opening === undefined) words.push(whole)
  }
  return opening === undefined ? words : [...words, opening]
}

const isAllOf = (text: string, characters: string): boolean =>
  [...text].every((character) => characters.includes(character))

const belongsToPrevious = (text: string): boolean =>
  text !== '' && !text.startsWith(' ') && isAllOf(text, JOINS_PREVIOUS)
