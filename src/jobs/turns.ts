/**
 * Whose job starts next. Higher priority first; then the owner with the fewest running jobs; then the one whose last
 * turn is longest ago. So a user with a hundred recordings does not keep another user's single one waiting.
 */
import { LRUCache } from 'lru-cache'
import type { WaitingOwner } from './claims.store.ts'

export interface Turns {
  /** The owner to serve, or undefined when nobody waits. Counts as that owner's turn. */
  next(kind: string, waiting: readonly WaitingOwner[]): string | undefined
}

/** More owners than this wait at one moment in no installation; the oldest turn is forgotten first. */
const MOST_OWNERS = 10_000

export const createTurns = (): Turns => {
  const lastTurn = new LRUCache<string, number>({ max: MOST_OWNERS })
  let turn = 0
  return {
    next(kind, waiting) {
      const turnOf = ({ owner }: WaitingOwner): number => lastTurn.get(`${kind} ${owner}`) ?? 0
      const [first] = [...waiting].sort(
        (a, b) => b.priority - a.priority || a.active - b.active || turnOf(a) - turnOf(b),
      )
      if (first === undefined) return undefined
      turn += 1
      lastTurn.set(`${kind} ${first.owner}`, turn)
      return first.owner
    },
  }
}
