/** Names of files from outside: data to show, never part of a path. */
const LONGEST = 255

/** Browsers and curl write three characters of a name in a form so, and nothing else: a percent sign stays as it is. */
const ESCAPED: Readonly<Record<string, string>> = { '%22': '"', '%0d': '\r', '%0a': '\n' }

/** A name as a multipart form carries it. */
export const readFormFileName = (given: string): string =>
  given.replaceAll(/%22|%0d|%0a/gi, (written) => ESCAPED[written.toLowerCase()] ?? written)

/** The name without control characters and without half letters, at most 255 long; the ending stays. */
export const cleanFileName = (given: string): string => {
  const name = given
    .toWellFormed()
    .replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '')
    .trim()
  if (name === '') return 'recording'
  if (name.length <= LONGEST) return name
  const ending = /\.[\p{L}\p{N}]{1,10}$/u.exec(name)?.[0] ?? ''
  return `${name.slice(0, LONGEST - ending.length).toWellFormed()}${ending}`
}
