/** The gateway with the catalog in the database and the keys from settings and database. */
import type { Kysely } from 'kysely'
import type { Config } from '../config.ts'
import type { Database } from '../db/types.ts'
import type { Caller } from '../gateway/call.ts'
import { createCaller } from '../gateway/caller.ts'
import {
  combineMeters,
  createGateway,
  createTokenizers,
  DEFAULT_POLICY,
  silentMeter,
  type Gateway,
  type GatewayPolicy,
  type Meter,
  type ModelRow,
} from '../gateway/index.ts'
import type { Provider } from '../gateway/provider.ts'
import { builtInProviders } from '../gateway/providers/index.ts'
import { createOpenAiCompatible } from '../gateway/providers/openai-compatible.ts'
import type { Clock } from '../lib/clock.ts'
import { createEncryption } from '../lib/encryption.ts'
import { createId } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import { createAvailability, type Availability } from '../models/availability/availability.ts'
import { createAvailabilityStore, type AvailabilityStore } from '../models/availability/availability.store.ts'
import { createKeptCalibration } from '../models/calibration/kept-calibration.ts'
import { createChains, type Chains } from '../models/chains/chains.ts'
import { createChainsStore } from '../models/chains/chains.store.ts'
import { createDecisions, type Decisions } from '../models/chains/decisions.ts'
import { createDecisionsStore } from '../models/chains/decisions.store.ts'
import { loadModelCatalog, type ModelCatalog } from '../models/catalog.ts'
import { createLimitEvidence } from '../models/limits/limit-evidence.ts'
import { createLimitTrials } from '../models/limits/limit-trials.store.ts'
import { createProviderCredentials, type ProviderCredentials } from '../models/credentials/credentials.ts'
import { createCredentialsStore } from '../models/credentials/credentials.store.ts'
import { createRollouts, type Rollouts } from '../models/rollout/rollouts.ts'
import { createModelsStore } from '../models/models.store.ts'
import { seedLastResort } from '../models/seed.ts'
import type { UsageRoom } from './usage.ts'

export interface Ai {
  readonly providers: readonly Provider[]
  readonly models: ModelCatalog
  readonly credentials: ProviderCredentials
  readonly gateway: Gateway
  readonly caller: Caller
  /** Told of calls that test whether a model answers. */
  readonly probeMeter: Meter
  readonly availability: Availability
  readonly availabilityStore: AvailabilityStore
  /** Who is asked when a model fails. */
  readonly chains: Chains
  /** Models that take over from others. */
  readonly rollouts: Rollouts
  /** Why requests went where they went. */
  readonly decisions: Decisions
  /** Writes what was learned about token counts. */
  readonly keepLearned: () => Promise<void>
  /** Providers that never answer unless they are named. */
  readonly byNameOnly: readonly string[]
}

/** Every provider that can be named: those that are known, and the servers of the settings. */
export const createProviders = (config: Pick<Config, 'providers'>): readonly Provider[] => [
  ...builtInProviders,
  ...config.providers
    .filter((settings) => settings.kind === 'openai-compatible')
    .map(({ id, baseUrl = '', apiKeys }) => createOpenAiCompatible({ id, baseUrl, needsKey: apiKeys.length > 0 })),
]

/** What a server speaks that no file describes. */
export const unknownProvider = (id: string): Provider => createOpenAiCompatible({ id, baseUrl: '' })

/** The last resort is a matter of the catalog and the host: the gateway itself names no model. */
export const createPolicy = ({ models }: { readonly models: Pick<Config['models'], 'lastResort'> }): GatewayPolicy => ({
  ...DEFAULT_POLICY,
  routing: { ...DEFAULT_POLICY.routing, lastResort: models.lastResort ?? seedLastResort },
})

/** Whether anybody saw the model answer, as lists, checks and traffic showed it. */
const livesOf = (
  { provider, key }: ModelRow,
  providers: readonly Provider[],
  availability: Pick<Availability, 'of'>,
): boolean | null => {
  if (providers.some(({ id, builtIn }) => id === provider && builtIn !== undefined)) return true
  const standing = availability.of(provider, key)?.availability ?? 'unknown'
  return standing === 'unknown' ? null : standing === 'available'
}

interface Dependencies {
  readonly config: Config
  readonly db: Kysely<Database>
  /** Left out: calls leave no record. */
  readonly usage?: Pick<UsageRoom, 'meter' | 'probeMeter' | 'refuse' | 'statistics'>
  readonly clock: Clock
  readonly logger: Logger
}

export const createAi = async ({ config, db, usage, clock, logger }: Dependencies): Promise<Ai> => {
  const providers = createProviders(config)
  const models = await loadModelCatalog({ store: createModelsStore(db), clock, logger })
  for (const { id, models: named } of config.providers)
    await models.addListed(
      id,
      named.map((key) => ({ key })),
    )
  const availabilityStore = createAvailabilityStore(db)
  const availability = await createAvailability({ store: availabilityStore, clock, logger })
  const caller = createCaller({
    providers,
    now: () => clock.now(),
    unknownProvider,
  })
  const credentials = await createProviderCredentials({
    providers,
    settings: config.providers,
    store: createCredentialsStore(db),
    encryption: createEncryption(config.encryption.secrets),
    clock,
    test: async (credential, provider, baseUrl, signal) => {
      const listed = await gateway.listModels(provider, {
        baseUrl,
        ...(credential && { credential }),
        ...(signal && { signal }),
      })
      if (!builtInProviders.some((one) => one.id === provider) || provider === 'ollama')
        await models.addListed(provider, listed)
      return listed.length
    },
  })
  const chains = await createChains({
    store: createChainsStore(db),
    catalog: models.catalog,
    whyUnreachable: (provider) => {
      const access = credentials.access(provider)
      if (access === null) return 'Its provider is not set up'
      return access.needsCredential && access.credentials.length === 0 ? 'No key is set for its provider' : null
    },
    settled: {
      models: createPolicy(config).routing.lastResort,
      source: config.models.lastResort === undefined ? 'seed' : 'settings',
    },
    clock,
    newId: createId,
    logger,
  })
  const kept = await createKeptCalibration({ db, clock, logger })
  const decisions = createDecisions({ store: createDecisionsStore(db), clock, newId: createId, logger })
  const rollouts = createRollouts({ db, catalog: models.catalog, clock, logger })
  await rollouts.load()
  const trials = createLimitTrials(db)
  const limitEvidence = createLimitEvidence({ catalog: models.catalog, trials, refresh: models.refresh, clock, logger })
  const gateway = createGateway({
    caller,
    catalog: models.catalog,
    credentials: credentials.access,
    learned: models.learned,
    tokenizerOf: createTokenizers(),
    policy: createPolicy(config),
    lastResort: chains.lastResortNames,
    onDecision: decisions.record,
    calibration: kept.calibration,
    meter: combineMeters(availability.meter, limitEvidence, rollouts.measuring.meter, usage?.meter ?? silentMeter),
    lives: (row) => livesOf(row, providers, availability),
    substitute: rollouts.substitute,
    ...(usage && { remembered: usage.statistics.remembered, onRefusal: usage.refuse }),
    clock,
  })
  return {
    providers,
    models,
    credentials,
    gateway,
    caller,
    probeMeter: usage?.probeMeter ?? silentMeter,
    availability,
    availabilityStore,
    chains,
    rollouts,
    decisions,
    keepLearned: () => kept.flush(),
    byNameOnly: DEFAULT_POLICY.routing.byNameOnly,
  }
}

/** Models of servers that no seed describes, from their own lists. One that cannot be asked now is asked later. */
export const addListedModels = async (ai: Ai, config: Config, logger: Logger, signal: AbortSignal): Promise<void> => {
  const unknown = config.providers.filter(({ kind }) => kind === 'openai-compatible' || kind === 'ollama')
  for (const { id } of unknown) {
    try {
      await ai.models.addListed(id, await ai.gateway.listModels(id, { signal }))
    } catch (error) {
      if (signal.aborted) return
      logger.warn({ error, provider: id }, 'The provider’s list of models could not be read')
    }
  }
}
