/**
 * Joins what another model sends to a text that broke off, so that the reader sees one text.
 *
 * Three things may come: the text again from its beginning, the end of it once more and then the rest, or just the rest.
 * Pieces are held back until it is clear which; held is never more than the text that is there already plus a little.
 * A text that begins like the delivered one and then parts from it cannot be joined, and nothing of it is let through.
 */
import { AppError } from '../../../errors.ts'
import { findOverlap, matchPrefix, SHORTEST_OVERLAP } from './restart.ts'

export interface Joiner {
  /** The new text that may be told now, often none. Throws when the texts cannot be joined. */
  push(piece: string): string
  /** At the end of the answer: what was still held and belongs to the text. */
  end(): string
}

/** As many like characters at the beginning mean a restart and no chance. */
const CERTAIN_RESTART = 24

const unjoinable = (): AppError =>
  new AppError('output-invalid', 'The continuation does not join the text that was sent already', {
    details: { reason: 'cannot-be-joined' },
  })

/** Talk about the task, with which no text goes on. */
const PREAMBLE =
  /^\s*(?:certainly|sure|of course|absolutely|sorry|apologies|i apologi[sz]e|here(?:’|'| i)s\b|continuing|as requested|tabii|elbette|devam ediyorum)\b[^.!?:\n]{0,80}[.!?:,]/i
const ENDS_IN_WORD = /\p{Ll}$/u
const STARTS_NEW = /^\p{Lu}\p{Ll}/u

/** Signs that what came is no continuation: a preamble, or a new sentence glued to an open word. */
const isForeign = (delivered: string, incoming: string): boolean =>
  (PREAMBLE.test(incoming) && !/[.!?:\n]\s*$/.test(delivered)) ||
  (ENDS_IN_WORD.test(delivered) && STARTS_NEW.test(incoming))

/** Enough of a beginning to see whether it is a preamble. */
const PREAMBLE_LENGTH = 24

/** Whether nothing came but the known end once more. */
const repeatsTheEnd = (delivered: string, held: string): boolean =>
  held.trim().length >= SHORTEST_OVERLAP && delivered.trimEnd().endsWith(held.trim())

export const createJoiner = (delivered: string): Joiner => {
  let held = ''
  let joined = false

  const isRestart = (matched: number): boolean => matched >= Math.min(CERTAIN_RESTART, Math.ceil(delivered.length / 2))
  const release = (restAt: number): string => {
    joined = true
    const rest = held.slice(restAt)
    held = ''
    // A prefilled turn is sent without its last blank, so the model may send that again.
    return restAt === 0 && /\s$/.test(delivered) ? rest.replace(/^ +/, '') : rest
  }
  const decide = (final: boolean): string => {
    const prefix = matchPrefix(delivered, held)
    if (prefix.kind === 'covered') return release(prefix.restAt)
    if (prefix.kind === 'partial' && !final) return ''
    if (prefix.kind === 'parted' && isRestart(prefix.matched)) throw unjoinable()
    const overlap = findOverlap(delivered, held)
    if (overlap.kind === 'known' && overlap.restAt > 0) return release(overlap.restAt)
    if ((overlap.kind === 'maybe' || held.length < PREAMBLE_LENGTH) && !final) return ''
    if (isForeign(delivered, held)) throw unjoinable()
    return releaseLast(prefix.kind === 'partial')
  }
  /** No seam was found and none will come. */
  const releaseLast = (isBeginning: boolean): string => {
    if (repeatsTheEnd(delivered, held)) return release(held.length)
    // The text once more, but shorter than what was sent: neither is the whole one.
    if (isBeginning && held.trim() !== '') throw unjoinable()
    return release(0)
  }

  return {
    push(piece) {
      if (joined) return piece
      held += piece
      return decide(false)
    },
    end() {
      if (joined || held === '') return ''
      return decide(true)
    },
  }
}

/** For the first target of a stream: there is nothing to join. */
export const passThrough: Joiner = Object.freeze({ push: (piece: string) => piece, end: () => '' })
