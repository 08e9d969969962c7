/** What a text is compared by: its size, numbers, names and words, in any script. Pure. */

const WIDE = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]/gu
/** A character of a script that writes words with one or two of them says as much as this many letters. */
const LETTERS_PER_WIDE = 2.5

/** Letters, without blanks and punctuation; comparable over scripts. */
export const sizeOf = (text: string): number => {
  const bare = text.replace(/[\s\p{P}]+/gu, '')
  const wide = bare.match(WIDE)?.length ?? 0
  return bare.length - wide + wide * LETTERS_PER_WIDE
}

/** Numbers of two digits and more without separators, so that 1,500 and 1.500 are the same. */
export const numbersIn = (text: string): string[] =>
  (text.match(/\p{Nd}+(?:[.,\u00a0\u202f’']\p{Nd}{3})*(?!\p{Nd})/gu) ?? [])
    .map((number) => number.replace(/\P{Nd}/gu, '').replace(/\p{Nd}/gu, (digit) => toAscii(digit)))
    .filter((number) => number.length > 1)

/** Digits of any script by their value: they stand in tens. */
const toAscii = (digit: string): string => {
  if (digit >= '0' && digit <= '9') return digit
  const code = digit.codePointAt(0) ?? 0
  let zero = code
  while (zero > code - 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1
  return String((code - zero) % 10)
}

/** Capitalized words inside sentences. Nothing for languages that write every noun so. */
export const namesIn = (text: string): string[] => text.match(/(?<=[\p{Ll}\p{Nd},;:] )\p{Lu}\p{Ll}{2,}/gu) ?? []

/** Words of four letters and more in lower case: shorter ones are in every text. */
export const wordsIn = (text: string): string[] =>
  (text.toLocaleLowerCase('en').match(/[\p{L}\p{M}\p{Nd}]+/gu) ?? []).filter((word) => word.length > 3)

/** The first five letters stand for the stem: endings pile up in Turkish and change in edited texts. */
export const prefixesOf = (words: readonly string[]): ReadonlySet<string> =>
  new Set(words.map((word) => word.slice(0, 5)))
