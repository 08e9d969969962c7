/**
 * Words as they are searched: without letter case and accents, so that `Toplantı`, `toplanti` and `TOPLANTI` are one.
 *
 * Done here and not in the database, whose dictionaries know neither Turkish i nor scripts without spaces; the same
 * function makes the index and the query.
 */

/** Letters that are no base letter plus accent, and so survive Unicode decomposition. */
const UNDECOMPOSED: Readonly<Record<string, string>> = {
  ı: 'i',
  ß: 'ss',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
}

/** The text as it is compared: `İSTANBUL’da` and `istanbul’da` give the same. */
export const toSearchable = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/[ıßøæœłđðþ]/g, (letter) => UNDECOMPOSED[letter] ?? letter)

/** Scripts that write words without spaces between them. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const WORD = /[\p{L}\p{N}]+/gu
/** Longer ones are no words; the database takes 2,046 bytes. */
const LONGEST_WORD = 64

const unspaced = new Intl.Segmenter('ja', { granularity: 'word' })

const splitUnspaced = (run: string): string[] =>
  [...unspaced.segment(run)].filter((part) => part.isWordLike).map((part) => part.segment)

/** The searchable words of a text, in order, repeats included. */
export const toSearchWords = (text: string): string[] =>
  (toSearchable(text).match(WORD) ?? [])
    .flatMap((run) => (UNSPACED.test(run) ? splitUnspaced(run) : [run]))
    .map((word) => word.slice(0, LONGEST_WORD))

/** PostgreSQL refuses a search document above 1 MB; this leaves room for its own bytes per word. */
const LARGEST_INDEX_BYTES = 700_000

/** Each word once, sorted, as many as the database takes. */
export const toIndexWords = (texts: readonly string[]): string[] => {
  const words = new Set<string>()
  let bytes = 0
  for (const word of texts.flatMap(toSearchWords)) {
    if (words.has(word)) continue
    bytes += Buffer.byteLength(word) + 8
    if (bytes > LARGEST_INDEX_BYTES) break
    words.add(word)
  }
  return [...words].sort()
}

/** A tsquery: every word must occur, as a beginning; null when the text holds no word. Words are letters and digits only. */
export const toSearchQuery = (text: string): string | null => {
  const words = toSearchWords(text).slice(0, 20)
  return words.length === 0 ? null : words.map((word) => `'${word}':*`).join(' & ')
}
