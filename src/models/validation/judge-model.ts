/**
 * What is known of one model: by its provider's list, asked or remembered, and by the calls it has answered. Knows no
 * suggestions and no errors.
 */
import type { ModelRow } from '../../gateway/index.ts'
import type { Clock } from '../../lib/clock.ts'
import { sayAlone, sayReason } from '../../reasons.ts'
import type { Availability } from '../availability/availability.ts'
import type { Standing } from '../availability/availability.store.ts'
import { provesItsModels, type SyncTarget } from '../sync/sync-provider.ts'
import type { ListCache } from './list-cache.ts'

export type Verdict =
  'available' | 'not-in-catalog' | 'inactive' | 'not-set-up' | 'not-served' | 'unconfirmed' | 'provider-unreachable'

export interface Judgement {
  readonly verdict: Verdict
  /** Why not, or why nobody knows, in words; null when it is available. */
  readonly reason: string | null
  readonly source?: 'cache' | 'live'
  readonly checkedAtMs?: number
}

export interface JudgeDeps {
  readonly lists: Pick<ListCache, 'ask' | 'peek'>
  readonly availability: Pick<Availability, 'of'>
  readonly targets: () => readonly SyncTarget[]
  /** Providers that have no list to ask: they are inside this process. */
  readonly isBuiltIn: (provider: string) => boolean
  readonly clock: Clock
}

export interface Judge {
  /** Asks the provider for its list where what is remembered is old. */
  ask(row: ModelRow, signal: AbortSignal | undefined, fresh: boolean): Promise<Judgement>
  /** As the table and the last lists tell it. */
  remembered(row: ModelRow): Judgement
  /** Whether a model can be offered in place of another, by what is known without asking anybody. */
  isUsable(row: ModelRow): boolean
}

/** How long a provider's "no such model" outweighs its list, where the list is to be believed: a list may lag, a 404 may pass. */
const REFUSAL_MS = 600_000

const isRefused = (standing: Standing | null, nowMs: number): boolean =>
  standing?.availability === 'not-found' &&
  (!provesItsModels(standing.provider) || nowMs - (standing.checkedAt?.getTime() ?? 0) < REFUSAL_MS)

const notServed = (provider: string): string => sayReason('not-served', { provider })
const namesOf = (row: ModelRow): readonly string[] => [row.key, ...row.aliases]

export const createJudge = ({ lists, availability, targets, isBuiltIn, clock }: JudgeDeps): Judge => {
  const targetOf = (provider: string): SyncTarget | undefined => targets().find(({ id }) => id === provider)
  const nameOf = (provider: string): string => targetOf(provider)?.displayName ?? provider

  /** What stands before every list. */
  const beforeAsking = (row: ModelRow): Judgement | null => {
    if (!row.active) return { verdict: 'inactive', reason: row.removalReason ?? sayAlone('switched-off') }
    const unreachable = targetOf(row.provider)?.unreachable ?? null
    if (unreachable !== null) return { verdict: 'not-set-up', reason: unreachable }
    return isBuiltIn(row.provider) ? { verdict: 'available', reason: null, checkedAtMs: clock.now() } : null
  }

  const judgeList = (row: ModelRow, standing: Standing | null, isListed: boolean): Judgement => {
    const provider = nameOf(row.provider)
    if (isListed && isRefused(standing, clock.now()))
      return { verdict: 'not-served', reason: standing?.checkError ?? notServed(provider) }
    if (!isListed) {
      // Aliases and fine-tuned models answer without being listed.
      const isOwn = standing?.origin === 'admin' && standing.listedAt === null
      if (isOwn && standing.confirmedBy !== null) return { verdict: 'available', reason: null }
      if (isOwn) return { verdict: 'unconfirmed', reason: sayReason('not-listed-unseen', { provider }) }
      return { verdict: 'not-served', reason: sayReason('not-listed', { provider }) }
    }
    if (!provesItsModels(row.provider) && standing?.confirmedBy == null)
      return { verdict: 'unconfirmed', reason: sayReason('listed-unseen', { provider }) }
    return { verdict: 'available', reason: null }
  }

  return {
    async ask(row, signal, fresh) {
      const known = beforeAsking(row)
      if (known !== null) return known
      const { snapshot, source, error } = await lists.ask(row.provider, signal, { fresh })
      if (snapshot === null) {
        const reason = sayReason('cannot-be-asked', {
          provider: nameOf(row.provider),
          why: error?.message ?? sayReason('empty-answer'),
        })
        return { verdict: 'provider-unreachable', reason, source }
      }
      const told = judgeList(row, availability.of(row.provider, row.key), snapshot.has(namesOf(row)))
      // One empty answer is no proof that everything is gone; the sync holds such a list too.
      if (snapshot.size === 0 && told.verdict === 'not-served') {
        const reason = sayReason('lists-nothing', { provider: nameOf(row.provider) })
        return { verdict: 'provider-unreachable', reason, source, checkedAtMs: snapshot.atMs }
      }
      return { ...told, source, checkedAtMs: snapshot.atMs }
    },
    remembered(row) {
      const known = beforeAsking(row)
      if (known !== null) return known
      const standing = availability.of(row.provider, row.key)
      const checkedAtMs = standing?.checkedAt?.getTime()
      const checked = checkedAtMs === undefined ? {} : { checkedAtMs }
      const snapshot = lists.peek(row.provider)
      if (snapshot !== null && snapshot.size > 0)
        return { ...judgeList(row, standing, snapshot.has(namesOf(row))), checkedAtMs: snapshot.atMs }
      if (isRefused(standing, clock.now()))
        return { verdict: 'not-served', reason: standing?.checkError ?? notServed(nameOf(row.provider)), ...checked }
      return standing?.availability === 'available'
        ? { verdict: 'available', reason: null, ...checked }
        : { verdict: 'unconfirmed', reason: null, ...checked }
    },
    isUsable(row) {
      const unreachable = targetOf(row.provider)?.unreachable ?? null
      if (!row.active || unreachable !== null) return false
      if (isBuiltIn(row.provider)) return true
      if (isRefused(availability.of(row.provider, row.key), clock.now())) return false
      return lists.peek(row.provider)?.has(namesOf(row)) ?? true
    },
  }
}
