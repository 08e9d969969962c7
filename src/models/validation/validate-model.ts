/**
 * Can this model be used now? In the catalog, switched on, its provider set up, and really served: answered from what is
 * remembered where possible. A provider that cannot be asked leaves the answer open; it never reads as "not found".
 */
import { AppError } from '../../errors.ts'
import { sayAlone, sayReason } from '../../reasons.ts'
import type { Catalog, ModelRow, Operation } from '../../gateway/index.ts'
import { normalizeName } from '../../gateway/catalog/name.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Availability } from '../availability/availability.ts'
import type { Standing } from '../availability/availability.store.ts'
import { provesItsModels, type SyncTarget } from '../sync/sync-provider.ts'
import type { ListCache } from './list-cache.ts'

export type Verdict =
  'available' | 'not-in-catalog' | 'inactive' | 'not-set-up' | 'not-served' | 'unconfirmed' | 'provider-unreachable'

export interface Validation {
  readonly verdict: Verdict
  /** Null: it cannot be told now. */
  readonly available: boolean | null
  /** Why not, or why nobody knows, in words; null when it is available. */
  readonly reason: string | null
  readonly row: ModelRow | null
  /** The nearest models that can be used, by capability, size and price. */
  readonly suggestions: readonly ModelRow[]
  readonly checkedAtMs: number
  readonly source: 'cache' | 'live'
}

/** What is known of a model without asking anybody. */
export interface Glance {
  readonly verdict: Verdict
  readonly available: boolean | null
  readonly reason: string | null
  /** When it was seen so; null while nobody looked. */
  readonly checkedAtMs: number | null
}

export interface ValidationDeps {
  readonly catalog: Pick<Catalog, 'find' | 'resolve' | 'suggest'>
  readonly lists: Pick<ListCache, 'ask' | 'peek'>
  readonly availability: Pick<Availability, 'of'>
  readonly targets: () => readonly SyncTarget[]
  /** Providers that have no list to ask: they are inside this process. */
  readonly isBuiltIn: (provider: string) => boolean
  readonly clock: Clock
}

export interface ModelValidation {
  /** `fresh`: a list that is older than a minute is not enough. */
  validate(provider: string, key: string, signal?: AbortSignal, fresh?: boolean): Promise<Validation>
  /**
   * Throws `model-unknown`, `model-inactive`, `credential-missing` or `model-not-found`, with live models to take instead
   * in the details, and what it was wanted for. A list that is older than a minute is not enough here. What cannot be told
   * now passes: the request itself has fallbacks.
   */
  assertModelUsable(ref: string, operation: string, signal?: AbortSignal): Promise<void>
  /** For lists of many models: nobody is asked. */
  glance(row: ModelRow): Glance
  /** Asks every provider for its list where what is remembered is old; a silent one is waited for only so long. */
  askAll(signal?: AbortSignal): Promise<void>
}

const MOST_SUGGESTIONS = 3
/** Looked at for suggestions: some of the nearest may not be usable. */
const CANDIDATES = 24

/** How long a provider's "no such model" outweighs its list, where the list is to be believed: a list may lag, a 404 may pass. */
const REFUSAL_MS = 600_000

const isRefused = (standing: Standing | null, nowMs: number): boolean =>
  standing?.availability === 'not-found' &&
  (!provesItsModels(standing.provider) || nowMs - (standing.checkedAt?.getTime() ?? 0) < REFUSAL_MS)

const notServed = (provider: string): string => sayReason('not-served', { provider })
const namesOf = (row: ModelRow): readonly string[] => [row.key, ...row.aliases]
const refOf = ({ provider, key }: ModelRow): string => `${provider}/${key}`

type Told = Pick<Validation, 'verdict' | 'reason'> & Partial<Pick<Validation, 'source' | 'checkedAtMs'>>

export const createModelValidation = (deps: ValidationDeps): ModelValidation => {
  const { catalog, lists, availability, targets, isBuiltIn, clock } = deps
  const targetOf = (provider: string): SyncTarget | undefined => targets().find(({ id }) => id === provider)
  const nameOf = (provider: string): string => targetOf(provider)?.displayName ?? provider

  /** Whether a model can be offered in place of another, by what is known without asking anybody. */
  const isUsable = (row: ModelRow): boolean => {
    const target = targetOf(row.provider)
    if (!row.active || (target?.unreachable ?? null) !== null) return false
    if (isBuiltIn(row.provider)) return true
    if (isRefused(availability.of(row.provider, row.key), clock.now())) return false
    return lists.peek(row.provider)?.has(namesOf(row)) ?? true
  }

  const judgeList = (row: ModelRow, standing: Standing | null, isListed: boolean): Told => {
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

  const judge = async (row: ModelRow, signal: AbortSignal | undefined, fresh: boolean): Promise<Told> => {
    if (!row.active) return { verdict: 'inactive', reason: row.removalReason ?? sayAlone('switched-off') }
    const unreachable = targetOf(row.provider)?.unreachable ?? null
    if (unreachable !== null) return { verdict: 'not-set-up', reason: unreachable }
    if (isBuiltIn(row.provider)) return { verdict: 'available', reason: null }
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
  }

  /** As the table and the last lists tell it. */
  const judgeRemembered = (row: ModelRow): Told & { readonly checkedAtMs?: number } => {
    if (!row.active) return { verdict: 'inactive', reason: row.removalReason ?? sayAlone('switched-off') }
    const unreachable = targetOf(row.provider)?.unreachable ?? null
    if (unreachable !== null) return { verdict: 'not-set-up', reason: unreachable }
    if (isBuiltIn(row.provider)) return { verdict: 'available', reason: null, checkedAtMs: clock.now() }
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
  }

  /** Those that are known to live first: where a list proves nothing, the nearest one may not answer either. */
  const nearest = (row: ModelRow): readonly ModelRow[] => {
    const operation: Operation = row.operations[0] ?? 'chat'
    const usable = catalog
      .suggest(row, operation, CANDIDATES)
      .filter((one) => !isBuiltIn(one.provider))
      .filter(isUsable)
    const lives = (one: ModelRow): boolean => judgeRemembered(one).verdict === 'available'
    return [...usable.filter(lives), ...usable.filter((one) => !lives(one))].slice(0, MOST_SUGGESTIONS)
  }

  const AVAILABLE: Readonly<Record<Verdict, boolean | null>> = {
    available: true,
    unconfirmed: null,
    'provider-unreachable': null,
    'not-in-catalog': false,
    inactive: false,
    'not-set-up': false,
    'not-served': false,
  }
  const complete = (row: ModelRow | null, told: Told, suggestions: readonly ModelRow[]): Validation => ({
    row,
    verdict: told.verdict,
    available: AVAILABLE[told.verdict],
    reason: told.reason,
    suggestions,
    checkedAtMs: told.checkedAtMs ?? clock.now(),
    source: told.source ?? 'cache',
  })

  const unknown = (name: string): Validation => {
    const resolved = catalog.resolve(name)
    const similar = resolved.kind === 'unknown' ? resolved.suggestions : resolved.kind === 'model' ? [resolved.row] : []
    return complete(
      null,
      { verdict: 'not-in-catalog', reason: sayAlone('unknown-named', { model: name }) },
      similar.filter(isUsable).slice(0, MOST_SUGGESTIONS),
    )
  }
  const check = async (row: ModelRow, signal: AbortSignal | undefined, fresh = false): Promise<Validation> => {
    const told = await judge(row, signal, fresh)
    return complete(row, told, told.verdict === 'available' ? [] : nearest(row))
  }

  return {
    async validate(provider, key, signal, fresh) {
      // A key may itself begin with its provider's id, or be given with it.
      const row = [`${provider}/${key}`, key]
        .map((name) => catalog.find(name))
        .find((one) => one?.provider === normalizeName(provider))
      return row == null ? unknown(`${provider}/${key}`) : check(row, signal, fresh)
    },
    glance(row) {
      const { verdict, reason, checkedAtMs } = judgeRemembered(row)
      return { verdict, available: AVAILABLE[verdict], reason, checkedAtMs: checkedAtMs ?? null }
    },
    async askAll(signal) {
      const reachable = targets().filter(({ unreachable }) => unreachable === null)
      await Promise.all(reachable.map(({ id }) => lists.ask(id, signal)))
    },
    async assertModelUsable(ref, operation, signal) {
      const resolved = catalog.resolve(ref)
      if (resolved.kind === 'auto') return
      const { verdict, reason, row, suggestions } =
        resolved.kind === 'model' ? await check(resolved.row, signal, true) : unknown(ref)
      const details = {
        model: row?.key ?? ref,
        ...(row !== null && { provider: row.provider }),
        operation,
        suggestions: suggestions.map(refOf),
      }
      const message = `${row === null ? '' : `${row.displayName}: `}${reason}`
      if (verdict === 'not-in-catalog') throw new AppError('model-unknown', message, { details })
      if (verdict === 'inactive') throw new AppError('model-inactive', message, { details })
      if (verdict === 'not-set-up') throw new AppError('credential-missing', message, { details })
      if (verdict === 'not-served') throw new AppError('model-not-found', message, { details })
    },
  }
}
