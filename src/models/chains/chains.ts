/**
 * Who is asked when a model fails: a user's own chain for the operation, else the user's for all, else the house's for the
 * operation, else the house's for all, else the routing decides. And the last resort, which an administrator may set.
 */
import { AppError } from '../../errors.ts'
import type { Catalog, FallbackChain } from '../../gateway/index.ts'
import { readReason, type Reason } from '../../reasons.ts'
import { findDeadTargets, type FallbackChain as CheckedChain } from '../sync/fallback-chains.ts'
import { LAST_RESORT, type ChainsStore, type StoredChain } from './chains.store.ts'
import { readLastResort, type LastResortDeps, type LastResortModels } from './last-resort.ts'

export interface DeadModel {
  readonly model: string
  readonly reason: string
  readonly because: Reason | null
}

export interface Chain<Operation extends string = string> {
  readonly operation: Operation
  /** References in the order in which they are asked. */
  readonly models: string[]
  readonly lastResort: boolean
  /** Those that could not be asked now. */
  readonly dead: DeadModel[]
  readonly updatedAt: string
}

export interface LastResort extends LastResortModels {
  readonly models: string[]
  readonly dead: DeadModel[]
}

export interface Chains {
  /** With null the house's. */
  list(userId: string | null): Promise<Chain[]>
  /** Error: `model-unknown` for a name that nobody knows, with suggestions. */
  save(
    userId: string | null,
    operation: string,
    chain: { readonly models: readonly string[]; readonly lastResort: boolean },
  ): Promise<Chain>
  /** Nothing to remove is no error. */
  remove(userId: string | null, operation: string): Promise<void>
  lastResort(): LastResort
  /** With null back to what the settings say. */
  setLastResort(models: readonly string[] | null): Promise<LastResort>
  /** For a request of a user; null lets the routing decide. */
  chainFor(userId: string, operation: string): Promise<FallbackChain | null>
  /** For the gateway: names as they are now, a few seconds late in other processes. */
  lastResortNames(): readonly string[]
  /** For the check at every sync. */
  checked(): Promise<CheckedChain[]>
}

export interface ChainsDeps extends LastResortDeps {
  readonly store: ChainsStore
  readonly catalog: Pick<Catalog, 'resolve' | 'suggest'>
  readonly whyUnreachable: (provider: string) => string | null
  readonly newId: () => string
}

/** For every operation without a chain of its own. */
const ANY = 'default'

/** Kept under the name that the catalog has now: aliases may go. */
const toRefs = (catalog: Pick<Catalog, 'resolve'>, names: readonly string[]): string[] => {
  const refs = names.map((name) => {
    const found = catalog.resolve(name)
    if (found.kind === 'model') return `${found.row.provider}/${found.row.key}`
    const suggestions = found.kind === 'unknown' ? found.suggestions.map((row) => `${row.provider}/${row.key}`) : []
    throw new AppError('model-unknown', `A chain names models of the catalog; “${name}” is none`, {
      details: { model: name, suggestions },
    })
  })
  return [...new Set(refs)]
}

/** The chain for the operation, else the one for all. */
const chainOf = (chains: readonly StoredChain[], operation: string): StoredChain | undefined =>
  chains.find((one) => one.operation === operation) ?? chains.find((one) => one.operation === ANY)

const toNamed = (name: string, chain: StoredChain | undefined): FallbackChain | null =>
  chain === undefined ? null : { name, models: chain.models, lastResort: chain.last_resort }

export const createChains = async (deps: ChainsDeps): Promise<Chains> => {
  const { store, catalog, clock } = deps
  const resort = await readLastResort(deps)

  const deadOf = (models: readonly string[], lenient = false): DeadModel[] =>
    findDeadTargets(catalog, [{ name: '', models, lenient }], deps.whyUnreachable).map(({ model, reason }) => ({
      model,
      reason,
      because: readReason(reason),
    }))
  const toChain = ({ operation, models, last_resort: lastResort, updated_at: updatedAt }: StoredChain): Chain => ({
    operation,
    models: [...models],
    lastResort,
    dead: deadOf(models),
    updatedAt: updatedAt.toISOString(),
  })
  const keep = (userId: string | null, operation: string, models: readonly string[], lastResort: boolean) => {
    const row: StoredChain = {
      id: deps.newId(),
      user_id: userId,
      operation,
      models,
      last_resort: lastResort,
      updated_at: new Date(clock.now()),
    }
    return store.save(row).then(() => row)
  }
  const lastResort = (): LastResort => {
    const { models, source } = resort.current()
    return { models: [...models], source, dead: deadOf(models, source === 'seed') }
  }

  return {
    async list(userId) {
      return (await store.list(userId)).filter(({ operation }) => operation !== LAST_RESORT).map(toChain)
    },
    save: async (userId, operation, { models, lastResort: ends }) =>
      toChain(await keep(userId, operation, toRefs(catalog, models), ends)),
    async remove(userId, operation) {
      await store.remove(userId, operation)
    },
    lastResort,
    async setLastResort(models) {
      if (models === null) await store.remove(null, LAST_RESORT)
      else await keep(null, LAST_RESORT, toRefs(catalog, models), false)
      await resort.readAgain()
      return lastResort()
    },
    async chainFor(userId, operation) {
      const [own, house] = [await store.list(userId), await store.list(null)]
      return toNamed('user', chainOf(own, operation)) ?? toNamed('global', chainOf(house, operation))
    },
    lastResortNames: resort.names,
    async checked() {
      const kept = (await store.all()).filter(({ operation }) => operation !== LAST_RESORT)
      const { models, source } = lastResort()
      return [
        { name: 'last resort', models, lenient: source === 'seed' },
        ...kept.map(({ user_id: userId, operation, models: named }) => ({
          name: userId === null ? `chain for ${operation}` : `a user’s chain for ${operation}`,
          models: named,
        })),
      ]
    },
  }
}
