/** A question about a text that is divided further when the model cannot take it or not finish its answer. */
import { toAppError } from '../../errors.ts'
import type { TextRoom } from '../dependencies.ts'
import { askFaithful } from './ask-faithful.ts'
import { toParts, type Asking, type Part, type PartOutcome } from './asking.ts'
import { learnLimit } from './learn-limit.ts'
import { roomAfter, roomNow } from './room-after.ts'
import { halveText, splitText } from './split-text.ts'
import { isTooLong, planOnce, throwIfOver, type TextWork } from './text-work.ts'

/** What still is too long after so many divisions won't become right by going on. */
const DEEPEST = 8

/** The part cut to the room, into halves at least; null when it can't be cut. */
const cutAgain = (part: Part, room: TextRoom, asking: Asking): string[] | null => {
  const cut = asking.cut ?? splitText
  const limit = Math.min(asking.partTokens(room), Math.ceil(room.count(part.text) / 2))
  const cuts = cut(part.text, Math.max(1, limit), room.count)
  const pieces = cuts.length > 1 ? cuts : asking.cut === undefined ? halveText(part.text) : null
  // How the part ended, with or without a paragraph, is how its last piece ends.
  const end = /\s*$/u.exec(part.text)?.[0] ?? ''
  return pieces === null ? null : pieces.map((piece, at) => (at === pieces.length - 1 ? piece.trimEnd() + end : piece))
}

/** What can't be divided any more is given to a larger model, if there is one. */
const askLarger = async (work: TextWork, part: Part, asking: Asking, thrown: unknown): Promise<PartOutcome> => {
  if (!isTooLong(thrown)) return { part, error: toAppError(thrown) }
  try {
    return { part, answer: await askFaithful(work, part, asking, { whenTooLong: 'larger-model' }) }
  } catch (again) {
    throwIfOver(work, again)
    return { part, error: toAppError(again) }
  }
}

const askPieces = async (
  work: TextWork,
  part: Part,
  asking: Asking,
  { thrown, depth }: { readonly thrown: unknown; readonly depth: number },
): Promise<PartOutcome[]> => {
  const { room } = work
  const texts = await planOnce(work, `${part.path}/plan`, part.text, () => cutAgain(part, room, asking))
  if (texts === null) return [await askLarger(work, part, asking, thrown)]
  const outcomes: PartOutcome[] = []
  for (const piece of toParts(part.path, texts, part.before)) {
    outcomes.push(...(await askDivided(work, piece, asking, depth + 1)))
  }
  return outcomes
}

/**
 * The outcomes of a part: one, or those of its pieces in order. Failures are outcomes, so that what the other parts gave
 * is kept; only the end of the work is thrown.
 */
export const askDivided = async (given: TextWork, part: Part, asking: Asking, depth = 0): Promise<PartOutcome[]> => {
  const work = given.tally.contextGuess === null ? given : { ...given, room: await roomNow(given) }
  try {
    const answer = await askFaithful(work, part, asking)
    learnLimit(work, asking.toRequest(part, work.room), answer)
    return [{ part, answer }]
  } catch (thrown) {
    throwIfOver(work, thrown)
    const room = await roomAfter(work, thrown, asking.toRequest(part, work.room))
    if (room === null) return [{ part, error: toAppError(thrown) }]
    if (depth >= DEEPEST) return [await askLarger(work, part, asking, thrown)]
    // With the limit that was just learned the answer may be given less room, and the part fits after all.
    const isNews = room.contextLength !== work.room.contextLength
    if (isNews && room.count(part.text) <= asking.partTokens(room)) {
      return askDivided({ ...work, room }, part, asking, depth + 1)
    }
    return askPieces({ ...work, room }, part, asking, { thrown, depth })
  }
}
