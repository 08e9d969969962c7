/** When a list is not believed: it is empty, broken, or has suddenly lost most of what we use. Then an administrator decides. */
import type { CleanList } from './listed-model.ts'
import type { ListDiff } from './diff.ts'

export interface QuarantinePolicy {
  /** A list that would switch off a larger share of our active rows than this is held. */
  readonly largestLoss: number
  /** Fewer rows than this may go without anybody being asked, however large their share. */
  readonly smallestCount: number
}

export const DEFAULT_QUARANTINE: QuarantinePolicy = Object.freeze({ largestLoss: 0.5, smallestCount: 3 })

export interface Doubt {
  readonly cause: 'empty' | 'malformed' | 'shrunk'
  readonly message: string
}

const rows = (count: number): string => (count === 1 ? '1 row' : `${count} rows`)

/** Why the list is held; null when it may be applied. */
export const whyHeld = (
  displayName: string,
  { unreadable, endless, models }: CleanList,
  { activeBefore, removed }: ListDiff,
  policy: QuarantinePolicy,
): Doubt | null => {
  if (endless) return { cause: 'malformed', message: `${displayName}’s list is endless` }
  if (unreadable > models.length)
    return { cause: 'malformed', message: `${displayName}’s list has ${rows(unreadable)} that name no model` }
  if (models.length === 0) {
    if (activeBefore === 0) return null
    return { cause: 'empty', message: `${displayName} lists no models; ${rows(activeBefore)} of ours are on` }
  }
  const isShrunk = removed.length >= policy.smallestCount && removed.length > activeBefore * policy.largestLoss
  if (!isShrunk) return null
  const message = `${displayName}’s list would switch off ${removed.length} of ${rows(activeBefore)}`
  return { cause: 'shrunk', message }
}
