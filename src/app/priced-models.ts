/** Who a name means when credits are reckoned, and what they multiply. */
import type { Config } from '../config.ts'
import type { PricedModel } from '../credits/charging.ts'
import type { ModelRow } from '../gateway/index.ts'
import type { Ai } from './ai.ts'
import { createFirstChoice } from './first-choice.ts'

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
  const firstOf = createFirstChoice({ catalog, insight: ai.gateway.insight, byNameOnly: ai.byNameOnly })

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
