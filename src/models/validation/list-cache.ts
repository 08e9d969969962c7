/**
 * What each provider lists right now, remembered briefly. Many questions at once are one request; an old list is given at
 * once while a new one is fetched; a provider that cannot be asked is not asked again at every question.
 */
import { toAppError, type AppError } from '../../errors.ts'
import type { ListedModel } from '../../gateway/index.ts'
import { abandonOnAbort } from '../../lib/abort.ts'
import type { Clock } from '../../lib/clock.ts'
import { toCleanList } from '../sync/listed-model.ts'
import { plainName, undatedName } from '../sync/spelling.ts'

export interface ListCachePolicy {
  /** A list younger than this is the truth. */
  readonly freshMs: number
  /** An older one is given up to this age, while a new one is fetched. */
  readonly staleMs: number
  /** After a failure the provider is left alone for this time. */
  readonly pauseMs: number
  /** How long a person waits for a provider's list. */
  readonly patienceMs: number
}

export const DEFAULT_LIST_CACHE: ListCachePolicy = Object.freeze({
  freshMs: 60_000,
  staleMs: 600_000,
  pauseMs: 10_000,
  patienceMs: 8_000,
})

/** A provider's list at one moment. */
export interface Snapshot {
  readonly atMs: number
  readonly size: number
  /** Whether the list has a model by one of these names, in any spelling. */
  has(names: readonly string[]): boolean
}

export interface Answer {
  /** Null: nothing recent is known. */
  readonly snapshot: Snapshot | null
  readonly source: 'cache' | 'live'
  /** Why nothing newer is known. */
  readonly error: AppError | null
}

export interface ListCache {
  /** `fresh`: a list that is no longer the truth is waited for, and not given while the new one comes. */
  ask(provider: string, signal?: AbortSignal, options?: { readonly fresh?: boolean }): Promise<Answer>
  /** What is remembered, without asking anybody. */
  peek(provider: string): Snapshot | null
}

export interface ListCacheDeps {
  readonly listModels: (provider: string, options: { deadlineMs?: number }) => Promise<ListedModel[]>
  readonly clock: Clock
  readonly policy?: ListCachePolicy
}

interface Entry {
  snapshot: Snapshot | null
  failure: { readonly atMs: number; readonly error: AppError } | null
  fetching: Promise<void> | null
}

const toSnapshot = (listed: readonly ListedModel[], atMs: number): Snapshot => {
  const keys = toCleanList(listed).models.map(({ key }) => key)
  const names = new Set(keys.map(plainName))
  // A dated name speaks for its undated model too.
  for (const key of keys) names.add(undatedName(key) ?? plainName(key))
  return { atMs, size: keys.length, has: (wanted) => wanted.some((name) => names.has(plainName(name))) }
}

export const createListCache = ({ listModels, clock, policy = DEFAULT_LIST_CACHE }: ListCacheDeps): ListCache => {
  const entries = new Map<string, Entry>()
  const entryOf = (provider: string): Entry => {
    const entry = entries.get(provider) ?? { snapshot: null, failure: null, fetching: null }
    entries.set(provider, entry)
    return entry
  }
  const fetch = (provider: string, entry: Entry): Promise<void> => {
    // Nobody's own signal: others wait for the same answer.
    const run = async (): Promise<void> => {
      try {
        const listed = await listModels(provider, { deadlineMs: policy.patienceMs })
        entry.snapshot = toSnapshot(listed, clock.now())
        entry.failure = null
      } catch (thrown) {
        entry.failure = { atMs: clock.now(), error: toAppError(thrown) }
      } finally {
        entry.fetching = null
      }
    }
    return (entry.fetching ??= run())
  }
  const recent = ({ snapshot }: Entry): Snapshot | null =>
    snapshot !== null && clock.now() - snapshot.atMs < policy.staleMs ? snapshot : null

  return {
    async ask(provider, signal, { fresh = false } = {}) {
      const entry = entryOf(provider)
      const known = recent(entry)
      const rests = entry.failure !== null && clock.now() - entry.failure.atMs < policy.pauseMs
      const isFresh = known !== null && clock.now() - known.atMs < policy.freshMs
      if (known !== null && (isFresh || rests || !fresh)) {
        if (!isFresh && !rests) void fetch(provider, entry)
        return { snapshot: known, source: 'cache', error: null }
      }
      if (rests) return { snapshot: null, source: 'cache', error: entry.failure?.error ?? null }
      const fetched = fetch(provider, entry)
      await (signal === undefined ? fetched : abandonOnAbort(fetched, signal))
      return { snapshot: recent(entry), source: 'live', error: entry.failure?.error ?? null }
    },
    peek: (provider) => recent(entryOf(provider)),
  }
}
