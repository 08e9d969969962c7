/** Finds and cuts text that says the same thing over and over, which Whisper does on music, noise and long vowels. Pure. */

/** A phrase may be said this often in a row before it counts as an endless loop. */
const LOOP_REPEATS = 6
const LONGEST_LOOP = 24
/** "no no no no" is speech; single words get more room than phrases. */
const WORD_REPEATS = 8
const PHRASE_REPEATS = 4
const LONGEST_PHRASE = 20
/** How many of the repetitions stay. */
const KEPT_REPEATS = 2

/** Whether the tokens end in a loop that will not end by itself: stops decoding early. */
export const endlessLoop = (tokens: readonly number[]): boolean => {
  for (let period = 1; period <= LONGEST_LOOP; period += 1) {
    const needed = Math.max(period * LOOP_REPEATS, 30)
    if (tokens.length < needed) continue
    if (repeatsAtEnd(tokens, period, needed)) return true
  }
  return false
}

const repeatsAtEnd = (tokens: readonly number[], period: number, length: number): boolean => {
  for (let back = 1; back <= length - period; back += 1) {
    if (tokens[tokens.length - back] !== tokens[tokens.length - back - period]) return false
  }
  return true
}

export interface Filtered<Item> {
  readonly kept: Item[]
  readonly removed: number
}

/**
 * Cuts runs of one phrase said more than reasonably often (a word more than eight times, a phrase more than four) down to two.
 * Items are compared by `key`, e.g. the word without case and punctuation.
 */
export const cutRepetitions = <Item>(items: readonly Item[], key: (item: Item) => string): Filtered<Item> => {
  const keys = items.map(key)
  const kept: Item[] = []
  let at = 0
  while (at < items.length) {
    const run = longestRun(keys, at)
    const length = run === undefined ? 1 : run.period * KEPT_REPEATS
    kept.push(...items.slice(at, at + length))
    at += run === undefined ? 1 : run.period * run.repeats
  }
  return { kept, removed: items.length - kept.length }
}

const longestRun = (keys: readonly string[], at: number): { period: number; repeats: number } | undefined => {
  for (let period = 1; period <= LONGEST_PHRASE && at + period * 2 <= keys.length; period += 1) {
    let repeats = 1
    while (samePhrase(keys, at, at + period * repeats, period)) repeats += 1
    if (repeats > (period === 1 ? WORD_REPEATS : PHRASE_REPEATS)) return { period, repeats }
  }
  return undefined
}

const samePhrase = (keys: readonly string[], first: number, second: number, length: number): boolean => {
  if (second + length > keys.length) return false
  for (let offset = 0; offset < length; offset += 1) {
    if (keys[first + offset] !== keys[second + offset]) return false
  }
  return true
}
