/** Who a name means when credits are reckoned, and what they multiply. */
import type { Config } from '../config.ts'
import type { PricedModel } from '../credits/charging.ts'
import type { ModelRow } from '../gateway/index.ts'
import { byPreference } from '../gateway/routing/preference.ts'
import type { Ai } from './ai.ts'

const LOCAL = 'local'

export interface PricedModels {
  /** The row behind a name; null for local engines and for what the catalog does not know. */
  rowOf(name: string): ModelRow | null
  modelOf(name: string): PricedModel
  /** Whether it is part of this server: nothing is paid to anybody. */
  isOwn(provider: string): boolean
}

const split = (name: string): { provider: string; model: string } => {
  const slash = name.indexOf('/')
  return slash < 0 ? { provider: name, model: '' } : { provider: name.slice(0, slash), model: name.slice(slash + 1) }
}

export const createPricedModels = (
  ai: Pick<Ai, 'providers' | 'models' | 'gateway' | 'byNameOnly'>,
  config: Pick<Config, 'models' | 'speech'>,
): PricedModels => {
  const { catalog } = ai.models
  const { door, statistics } = ai.gateway.insight

  /** The first that a request would be sent to now; the built-in rules where nobody else is to be had. */
  const firstOf = (preference: 'best' | 'fastest' | 'cheapest'): ModelRow | null => {
    const rows = catalog.rows().filter(({ active, operations }) => active && operations.includes('chat'))
    const usable = rows.filter((row) => !ai.byNameOnly.includes(row.provider) && door.check(row) === null)
    const [first] = byPreference(usable, preference, statistics.health)
    return first ?? rows.find((row) => ai.byNameOnly.includes(row.provider)) ?? null
  }

  const rowOf = (name: string): ModelRow | null => {
    if (split(name).provider === LOCAL) return null
    const { default: preferred } = config.models
    const resolved = catalog.resolve(preferred !== undefined && name === 'auto:best' ? preferred : name)
    if (resolved.kind === 'auto') return firstOf(resolved.preference)
    return resolved.kind === 'model' ? resolved.row : null
  }

  return {
    rowOf,
    modelOf(name) {
      const row = rowOf(name)
      if (row !== null) return { provider: row.provider, model: row.key, multiplier: row.creditMultiplier }
      const { provider, model } = split(name)
      return { provider, model: model === '' && provider === LOCAL ? config.speech.model : model, multiplier: 1 }
    },
    isOwn: (provider) =>
      provider === LOCAL || ai.providers.some(({ id, builtIn }) => id === provider && builtIn !== undefined),
  }
}
