/**
 * Compares a text with the beginning of another that may be written a little differently: blanks, letter case and
 * typographic quotes do not count, every other character does.
 */
export type PrefixMatch =
  /** All of the incoming text is a beginning of the known one. */
  | { readonly kind: 'partial' }
  /** The known text is covered; what is new begins at `restAt` of the incoming one. */
  | { readonly kind: 'covered'; readonly restAt: number }
  /** They part after `matched` characters of the known text. */
  | { readonly kind: 'parted'; readonly matched: number }

const isBlank = (character: string): boolean => /\s/.test(character)

const QUOTES: Readonly<Record<string, string>> = {
  '“': '"',
  '”': '"',
  '„': '"',
  '’': "'",
  '‘': "'",
  '–': '-',
  '—': '-',
}

const folded = (character: string): string => QUOTES[character] ?? character.toLowerCase()

const skipBlanks = (text: string, from: number): number => {
  let at = from
  while (at < text.length && isBlank(text.charAt(at))) at += 1
  return at
}

export const matchPrefix = (known: string, incoming: string): PrefixMatch => {
  let knownAt = skipBlanks(known, 0)
  let at = skipBlanks(incoming, 0)
  for (;;) {
    if (knownAt >= known.length) return { kind: 'covered', restAt: at }
    if (at >= incoming.length) return { kind: 'partial' }
    const a = known.charAt(knownAt)
    const b = incoming.charAt(at)
    if (isBlank(a) && isBlank(b)) {
      knownAt = skipBlanks(known, knownAt)
      // Blanks after the known text's own last ones are part of the same run, not new.
      at = skipBlanks(incoming, at)
    } else if (isBlank(a) && skipBlanks(known, knownAt) >= known.length) {
      return { kind: 'covered', restAt: at }
    } else if (a === b || folded(a) === folded(b)) {
      knownAt += 1
      at += 1
    } else {
      return { kind: 'parted', matched: knownAt }
    }
  }
}

/** Shorter repeats than this happen by chance. */
export const SHORTEST_OVERLAP = 12
/** A model that repeats more than this from the end has restarted rather than resumed. */
const LONGEST_OVERLAP = 400

export type Overlap =
  | { readonly kind: 'maybe' }
  /** What is new begins at `restAt`; 0 where nothing was repeated. */
  | { readonly kind: 'known'; readonly restAt: number }

/** Whether the incoming text repeats the end of the known one, letter by letter, before it goes on. */
export const findOverlap = (known: string, incoming: string): Overlap => {
  const from = skipBlanks(incoming, 0)
  const text = incoming.slice(from)
  const tail = known.trimEnd().slice(-LONGEST_OVERLAP)
  for (let start = 0; start < tail.length; start += 1) {
    const suffix = tail.slice(start)
    if (suffix.length >= SHORTEST_OVERLAP && text.startsWith(suffix))
      return { kind: 'known', restAt: from + suffix.length }
    if (text.length < suffix.length && suffix.startsWith(text)) return { kind: 'maybe' }
  }
  return { kind: 'known', restAt: 0 }
}
