/**
 * The models that are asked when a whole chain has failed: what an administrator set, else what the settings or the seed
 * say. The gateway asks at every call and must not wait, so another process's change is seen a few seconds late.
 */
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import { LAST_RESORT, type ChainsStore } from './chains.store.ts'

export interface LastResortModels {
  readonly models: readonly string[]
  readonly source: 'admin' | 'settings' | 'seed'
}

export interface LastResortDeps {
  readonly store: Pick<ChainsStore, 'list'>
  /** What holds while no administrator has said otherwise. */
  readonly settled: LastResortModels & { readonly source: 'settings' | 'seed' }
  readonly clock: Clock
  readonly logger: Pick<Logger, 'warn'>
}

/** Another process may have set it: that is seen after this time. */
const FRESH_MS = 5_000

export const readLastResort = async ({ store, settled, clock, logger }: LastResortDeps) => {
  let set: readonly string[] | null = null
  let readAtMs = clock.now()
  let reading = false

  const readAgain = async (): Promise<void> => {
    const found = (await store.list(null)).find(({ operation }) => operation === LAST_RESORT)
    set = found?.models ?? null
  }
  const refresh = (): void => {
    if (reading || clock.now() - readAtMs < FRESH_MS) return
    reading = true
    readAgain()
      .catch((error: unknown) => logger.warn({ error }, 'The last resort could not be read again'))
      .finally(() => {
        readAtMs = clock.now()
        reading = false
      })
  }
  await readAgain()

  return {
    readAgain,
    /** As it was read last. */
    current: (): LastResortModels => (set === null ? settled : { models: set, source: 'admin' }),
    /** The same for calls: an old one is read again behind them. */
    names(): readonly string[] {
      refresh()
      return set ?? settled.models
    },
  }
}
