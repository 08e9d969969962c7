/** When a list is not believed: it is empty, broken, or has suddenly lost most of what we use. Then an administrator decides. */
import { statement, type Statement } from '../../statements/statement.ts'
import { told } from '../alerts/told.ts'
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
  readonly statement: Statement
}

/** Why the list is held; null when it may be applied. */
export const whyHeld = (
  provider: string,
  { unreadable, endless, models }: CleanList,
  { activeBefore, removed }: ListDiff,
  policy: QuarantinePolicy,
): Doubt | null => {
  if (endless) return { cause: 'malformed', ...told(statement('list-endless', { provider })) }
  if (unreadable > models.length)
    return { cause: 'malformed', ...told(statement('list-unreadable', { provider, rows: unreadable })) }
  if (models.length === 0) {
    if (activeBefore === 0) return null
    return { cause: 'empty', ...told(statement('list-empty', { provider, active: activeBefore })) }
  }
  const isShrunk = removed.length >= policy.smallestCount && removed.length > activeBefore * policy.largestLoss
  if (!isShrunk) return null
  const lost = { provider, removed: removed.length, active: activeBefore }
  return { cause: 'shrunk', ...told(statement('list-shrunk', lost)) }
}
