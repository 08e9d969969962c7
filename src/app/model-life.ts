/** The catalog's life: its sync with the providers, the check of a model before it is used, and the administrator's hand. */
import { sayAlone, sayReason } from '../reasons.ts'
import type { Kysely } from 'kysely'
import type { Config } from '../config.ts'
import type { Database } from '../db/types.ts'
import {
  createCatalog,
  createGateway,
  createTokenizers,
  DEFAULT_POLICY,
  describeRequest,
  type ModelRow,
  type RequestRules,
} from '../gateway/index.ts'
import type { Queue } from '../jobs/queue.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/logger.ts'
import { createModelAdmin, type ModelAdmin } from '../models/administration/model-admin.ts'
import { createCatalogWatch } from '../models/availability/catalog-watch.ts'
import type { ProbeDeps } from '../models/availability/probe-model.ts'
import { probeModels } from '../models/availability/probe-models.ts'
import { rowsOf } from '../models/sync/catalog-rows.store.ts'
import { createModelSync, type ModelSync } from '../models/sync/model-sync.ts'
import type { SyncTarget } from '../models/sync/sync-provider.ts'
import { createListCache } from '../models/validation/list-cache.ts'
import { createModelValidation, type ModelValidation } from '../models/validation/validate-model.ts'
import { createGrowLimits } from '../models/limits/grow-limits.ts'
import { createLimitTrials } from '../models/limits/limit-trials.store.ts'
import type { ScheduledTask } from '../models/schedules/task.ts'
import { unknownProvider, type Ai } from './ai.ts'

export interface ModelLife {
  readonly sync: ModelSync
  readonly validation: ModelValidation
  /** Reads catalog, learned rules and keys again when any process has changed them. */
  readonly watch: () => Promise<void>
  /** Every provider that has a name here, with the reason why it cannot be asked. */
  readonly targets: () => readonly SyncTarget[]
  /** What it takes to ask one model whether it answers, and to read the catalog again afterwards. */
  readonly probing: ProbeDeps & { readonly refresh: () => Promise<void> }
  /** Tries whether learned limits are larger by now. */
  readonly growLimits: ScheduledTask
  createAdmin(queue: Pick<Queue, 'send'>): ModelAdmin
}

interface Dependencies {
  readonly config: Config
  readonly db: Kysely<Database>
  readonly ai: Ai
  readonly clock: Clock
  readonly logger: Logger
}

/** Every provider outside this process that has a name here, with the reason why it cannot be asked. */
const createTargets =
  ({ ai, config }: Dependencies): (() => SyncTarget[]) =>
  () => {
    const isBuiltIn = (id: string): boolean => ai.providers.some((one) => one.id === id && one.builtIn !== undefined)
    const kept = new Set([...config.providers.map(({ id }) => id), ...ai.credentials.list().map((one) => one.provider)])
    const named = ai.models.catalog.rows().map(({ provider }) => provider)
    const ids = new Set([...ai.providers.map(({ id }) => id), ...kept, ...named])
    return [...ids]
      .filter((id) => !isBuiltIn(id))
      .map((id) => {
        const displayName = ai.providers.find((one) => one.id === id)?.displayName ?? id
        const access = ai.credentials.access(id)
        const needsKey = access?.needsCredential === true
        if (access === null || (!needsKey && !kept.has(id)))
          return { id, displayName, unreachable: sayReason('not-set-up', { provider: displayName }) }
        const hasKey = !needsKey || access.credentials.length > 0
        return { id, displayName, unreachable: hasKey ? null : sayAlone('no-key', { provider: displayName }) }
      })
  }

/** A gateway for one model, active or not; what it sees counts as a test, not as traffic. */
const createProber =
  ({ ai, clock }: Dependencies) =>
  (row: ModelRow) =>
    createGateway({
      caller: ai.caller,
      catalog: createCatalog([{ ...row, active: true }], (found, correction) =>
        ai.models.catalog.correct(found, correction),
      ),
      credentials: ai.credentials.access,
      learned: ai.models.learned,
      tokenizerOf: createTokenizers(),
      meter: ai.probeMeter,
      clock,
    })

/** With the provider's own traits and what was learned so far, as a request of this moment would meet them. */
const createDescriber =
  ({ ai }: Dependencies) =>
  (row: ModelRow): RequestRules =>
    describeRequest({
      provider: ai.providers.find(({ id }) => id === row.provider) ?? unknownProvider(row.provider),
      row,
      learnedRow: ai.models.learned.withLearned(row),
      tokens: DEFAULT_POLICY.tokens,
    })

export const createModelLife = (deps: Dependencies): ModelLife => {
  const { config, db, ai, clock, logger } = deps
  const { catalog } = ai.models
  const targets = createTargets(deps)
  const gatewayFor = createProber(deps)
  const store = ai.availabilityStore
  const isBuiltIn = (id: string): boolean => ai.providers.some((one) => one.id === id && one.builtIn !== undefined)
  const refresh = async (): Promise<void> => {
    await Promise.all([ai.models.refresh(), ai.credentials.reload(), ai.availability.load()])
  }
  const chains = async () => [
    ...(await ai.chains.checked()),
    ...(config.models.default === undefined ? [] : [{ name: 'default model', models: [config.models.default] }]),
  ]
  const sync = createModelSync({
    db,
    gateway: ai.gateway,
    catalog,
    refresh,
    targets,
    chains,
    quarantine: config.models.sync,
    clock,
    logger,
    probe: async (providers, options) =>
      await probeModels({ gatewayFor, store, clock, rowsOf: (id) => rowsOf(db, id), isBuiltIn }, providers, options),
    builtIn: ai.providers.filter((one) => one.builtIn !== undefined).map(({ id }) => id),
  })
  const validation = createModelValidation({
    catalog,
    lists: createListCache({ listModels: ai.gateway.listModels, clock }),
    availability: ai.availability,
    targets,
    isBuiltIn,
    clock,
  })
  return {
    sync,
    validation,
    watch: createCatalogWatch({ store, refresh }),
    targets,
    probing: { gatewayFor, store, refresh, clock },
    growLimits: createGrowLimits({
      limits: createLimitTrials(db),
      targets,
      gatewayFor,
      count: ai.gateway.insight.counter.request,
      refresh,
      clock,
    }),
    createAdmin: (queue) =>
      createModelAdmin({ db, sync, queue, refresh, describe: createDescriber(deps), gatewayFor, store, clock }),
  }
}
