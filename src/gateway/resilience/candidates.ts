/** Who may still be asked for one request, in order. Knows no calls and no failures: others say who goes and who stays. */
import type { LearnedRule, LearnedRules } from '../catalog/learned-rules.ts'
import type { RouteTarget } from '../routing/route.ts'
import type { ModelRow } from '../types/models.ts'

export interface Candidate {
  readonly row: ModelRow
  readonly reason: string
  /** How often something about the request was changed for this model. */
  readonly changes: number
  /** Rules that the request follows and that are not proved yet. */
  readonly lessons: readonly LearnedRule[]
  /** Ids of the credentials that are not to be used. */
  readonly excluded: ReadonlySet<string>
  readonly retries: number
  readonly notBeforeMs: number
  readonly lastResort: boolean
}

export interface Candidates {
  /** Takes the next one out; undefined when nobody is left, or no attempt is. */
  take(attemptsLeft: number): Candidate | undefined
  first(candidate: Candidate): void
  /** Rules out targets, those that are still to be looked up included. */
  keepOnly(wanted: (row: ModelRow) => boolean): void
}

export interface CandidatesDeps {
  readonly learned: LearnedRules
  readonly targets: readonly RouteTarget[]
  /** Who comes after `targets`; asked once at most. */
  readonly more: () => readonly RouteTarget[]
}

const toCandidate = (target: RouteTarget, learned: LearnedRules): Candidate => ({
  row: learned.withLearned(target.row),
  reason: target.reason,
  changes: 0,
  lessons: [],
  excluded: new Set(),
  retries: 0,
  notBeforeMs: 0,
  lastResort: target.lastResort === true,
})

export const createCandidates = ({ learned, targets, more }: CandidatesDeps): Candidates => {
  let queue = targets.map((target) => toCandidate(target, learned))
  let hasMore = true
  const wants: ((row: ModelRow) => boolean)[] = []

  const refill = (): void => {
    if (!hasMore) return
    hasMore = false
    const added = more().filter(({ row }) => wants.every((isWanted) => isWanted(row)))
    queue = [...queue, ...added.map((target) => toCandidate(target, learned))]
  }
  /** The last attempts are kept for the last resort: whatever was asked before it, and how often, it is asked too. */
  const makeWay = (attemptsLeft: number): void => {
    if (queue.length === 0 || attemptsLeft <= 1) refill()
    const last = queue.filter(({ lastResort, retries }) => lastResort && retries === 0)
    if (last.length >= attemptsLeft) queue = [...last, ...queue.filter((one) => !last.includes(one))]
  }

  return {
    take(attemptsLeft) {
      makeWay(attemptsLeft)
      return attemptsLeft <= 0 ? undefined : queue.shift()
    },
    first(candidate) {
      queue = [candidate, ...queue]
    },
    keepOnly(wanted) {
      wants.push(wanted)
      queue = queue.filter((one) => wanted(one.row))
    },
  }
}
