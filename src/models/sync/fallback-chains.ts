/** Chains of fallback models, looked at on every sync: a dead target is found now and not on the day it is needed. */
import { sayAlone } from '../../reasons.ts'
import type { Catalog } from '../../gateway/index.ts'

/** A chain as the settings or the routing policy name it: references in the order in which they are asked. */
export interface FallbackChain {
  readonly name: string
  readonly models: readonly string[]
  /** Models without a key are passed over and not missed, as nobody named them on purpose. */
  readonly lenient?: boolean
}

export interface DeadTarget {
  readonly chain: string
  readonly model: string
  readonly reason: string
  /** Live models to name instead, as `provider/key`. */
  readonly suggestions: readonly string[]
}

export const findDeadTargets = (
  catalog: Pick<Catalog, 'resolve' | 'suggest'>,
  chains: readonly FallbackChain[],
  whyUnreachable: (provider: string) => string | null,
): DeadTarget[] =>
  chains.flatMap(({ name, models, lenient = false }) =>
    models.flatMap((model): DeadTarget[] => {
      const found = catalog.resolve(model)
      if (found.kind === 'auto') return []
      if (found.kind === 'unknown') {
        const suggestions = found.suggestions.map((row) => `${row.provider}/${row.key}`)
        return [{ chain: name, model, reason: sayAlone('unknown'), suggestions }]
      }
      const { row } = found
      const unreachable = lenient ? null : whyUnreachable(row.provider)
      const why = row.active ? unreachable : (row.removalReason ?? sayAlone('switched-off'))
      if (why === null) return []
      const suggestions = catalog
        .suggest(row, row.operations[0] ?? 'chat', 12)
        .filter((one) => whyUnreachable(one.provider) === null)
        .slice(0, 3)
        .map((one) => `${one.provider}/${one.key}`)
      return [{ chain: name, model, reason: why, suggestions }]
    }),
  )
