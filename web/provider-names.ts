/** Providers as pickers call them; their ids stand in technical details, addresses and files. */
import { useQuery } from '@tanstack/react-query'
import type { ModelOption } from '../src/http/contract/models.ts'
import type { Because } from '../src/http/contract/reason.ts'
import { modelsQuery } from './queries.ts'

export interface ProviderNames {
  /** The id itself where nothing better is known: a provider that is gone. */
  of: (provider: string) => string
  /** `provider/key`, which may hold slashes itself: the provider's name before the key. What begins otherwise stays. */
  inRef: (ref: string) => string
  /** The same in what goes into a reason. */
  inBecause: (because: Because | undefined) => Because
}

/** Parameters that name a model. */
const models = ['model', 'other', 'candidate', 'control']

export const toProviderNames = (known: readonly Pick<ModelOption, 'provider' | 'providerName'>[]): ProviderNames => {
  const names = new Map(known.map(({ provider, providerName }) => [provider, providerName]))
  const of = (provider: string): string => names.get(provider) ?? provider
  const inRef = (ref: string): string => {
    const slash = ref.indexOf('/')
    const name = slash < 0 ? undefined : names.get(ref.slice(0, slash))
    return name === undefined ? ref : `${name} · ${ref.slice(slash + 1)}`
  }
  const inValue = (name: string, value: unknown): unknown => {
    if (typeof value !== 'string') return value
    return name === 'provider' ? of(value) : models.includes(name) ? inRef(value) : value
  }
  return {
    of,
    inRef,
    inBecause: (because) =>
      because == null
        ? null
        : {
            ...because,
            parameters: Object.fromEntries(
              Object.entries(because.parameters).map(([name, value]) => [name, inValue(name, value)]),
            ),
          },
  }
}

const namesOfList = (list: { models: readonly ModelOption[] }): ProviderNames => toProviderNames(list.models)
const ids = toProviderNames([])

/** For a server that has not answered yet, ids. */
export const useProviderNames = (): ProviderNames => {
  const { data } = useQuery({ ...modelsQuery, select: namesOfList })
  return data ?? ids
}
