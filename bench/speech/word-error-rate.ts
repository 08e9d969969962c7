/** Word error rate with one text normalization for every engine: lower case, no punctuation, numbers as words. */

const SMALL =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const TENS = ' . twenty thirty forty fifty sixty seventy eighty ninety'.split(' ')
/** Spellings that are the same word; applied to reference and answer alike. */
const SAME: Readonly<Record<string, string>> = {
  mr: 'mister',
  mrs: 'missus',
  ok: 'okay',
  dialled: 'dialed',
  dialling: 'dialing',
  cancelled: 'canceled',
  cancelling: 'canceling',
  logon: 'log on',
  voicemail: 'voice mail',
  queueing: 'queuing',
  alright: 'all right',
  oclock: 'o clock',
  '#': 'pound',
}

const numberWords = (value: number): string => {
  if (value < 20) return SMALL[value] ?? ''
  if (value < 100) return `${TENS[Math.floor(value / 10) + 1] ?? ''}${value % 10 ? ` ${SMALL[value % 10] ?? ''}` : ''}`
  if (value < 1000)
    return `${SMALL[Math.floor(value / 100)] ?? ''} hundred${value % 100 ? ` ${numberWords(value % 100)}` : ''}`
  if (value < 1_000_000) {
    return `${numberWords(Math.floor(value / 1000))} thousand${value % 1000 ? ` ${numberWords(value % 1000)}` : ''}`
  }
  return [...String(value)].map((digit) => SMALL[Number(digit)]).join(' ')
}

/** The words that are compared. */
export const normalizedWords = (text: string): string[] =>
  text
    .toLowerCase()
    .normalize('NFKC')
    .replace(/[’‘]/g, "'")
    .replace(/(\d),(\d{3})/g, '$1$2')
    .replace(/(\d+)\.(\d+)/g, '$1 point $2')
    .replace(
      /\d+/g,
      (digits) =>
        ` ${digits.length > 6 ? [...digits].map((digit) => numberWords(Number(digit))).join(' ') : numberWords(Number(digits))} `,
    )
    .replace(/[^\p{L}\p{M}\p{N}'#]+/gu, ' ')
    .replace(/(^|\s)'+|'+(\s|$)/g, ' ')
    .trim()
    .split(/\s+/)
    .flatMap((word) => (SAME[word] ?? word).split(' '))
    .filter((word) => word !== '')

export interface WordErrors {
  readonly errors: number
  readonly words: number
  /** errors ÷ words of the reference. */
  readonly rate: number
}

/** Levenshtein distance over normalized words. */
export const wordErrors = (reference: string, answer: string): WordErrors => {
  const wanted = normalizedWords(reference)
  const given = normalizedWords(answer)
  let row = Uint32Array.from({ length: given.length + 1 }, (_, column) => column)
  wanted.forEach((word, index) => {
    const next = new Uint32Array(row.length)
    next[0] = index + 1
    given.forEach((other, column) => {
      const replaced = (row[column] ?? 0) + (word === other ? 0 : 1)
      next[column + 1] = Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1)
    })
    row = next
  })
  const errors = row[given.length] ?? 0
  return { errors, words: wanted.length, rate: errors / Math.max(1, wanted.length) }
}
