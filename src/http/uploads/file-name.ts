/** Names of files from outside: data to show, never part of a path. */
const LONGEST = 255

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
