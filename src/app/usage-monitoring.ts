/** What administrators and supervisors see of calls to models: figures, failures, the state of providers, the present. */
import type { ModelRow } from '../gateway/index.ts'
import type { Monitoring } from '../http/dependencies.ts'
import { sayAlone } from '../reasons.ts'
import { readQueueLoad } from '../jobs/queue-load.store.ts'
import { createErrorLog } from '../models/error-log/error-log.ts'
import { errorRateState } from '../http/contract/error-rate.ts'
import { createModelsHealth } from '../models/usage/models-health.ts'
import { createUsage } from '../models/usage/usage.ts'
import type { House } from './house.ts'
import { readCreditTotals } from './metrics.store.ts'
import { namesOfUsers } from './user-names.store.ts'

type Breaker = Awaited<ReturnType<Monitoring['live']>>['breakers'][number]

/** Breakers that let nothing or little pass. */
export const openBreakers = ({ ai }: Pick<House, 'ai'>): Breaker[] => {
  const { door } = ai.gateway.insight
  const statesOf = (row: ModelRow): Breaker[] => {
    const ids = ai.credentials.access(row.provider)?.credentials.map(({ id }) => id) ?? []
    const states = [null, ...ids].map((id) => door.breakerState(row, id))
    const state = states.find((one) => one === 'open') ?? states.find((one) => one === 'half-open')
    return state === undefined ? [] : [{ provider: row.provider, model: row.key, state }]
  }
  return ai.models.catalog.rows().flatMap(statesOf)
}

const whyNotSetUp = ({ ai }: Pick<House, 'ai'>, provider: string): string | null => {
  const name = ai.providers.find(({ id }) => id === provider)?.displayName ?? provider
  const access = ai.credentials.access(provider)
  if (access === null) return `${name} is not set up`
  return access.needsCredential && access.credentials.length === 0 ? `No key is set for ${name}` : null
}

export const createMonitoring = (house: House): Monitoring => {
  const { ai, usage: room, database, queue, clock, config, observation } = house
  const rows = (): readonly ModelRow[] => ai.models.catalog.rows()
  const usage = createUsage({
    store: room.store,
    recorder: room.recorder,
    clock,
    names: {
      model: (provider, key) => rows().find((row) => row.provider === provider && row.key === key)?.displayName ?? key,
      provider: (id) => ai.providers.find((one) => one.id === id)?.displayName ?? id,
      users: (ids) => namesOfUsers(database.db, ids),
    },
  })
  return {
    usage,
    errors: createErrorLog({ store: room.errors, recorder: room.recorder, clock }),
    token: config.monitoring.token,
    observer: observation.observer,
    refuse: room.refuse,
    health: createModelsHealth({
      store: room.store,
      errors: room.errors,
      recorder: () => usage.recorder(),
      rows,
      unavailableReason: (row) =>
        row.active ? whyNotSetUp(house, row.provider) : (row.removalReason ?? sayAlone('switched-off')),
      providers: ai.providers,
      notSetUp: (provider) => whyNotSetUp(house, provider),
      judge: errorRateState,
      clock,
    }),
    async live() {
      const [{ minutes, lately }, jobs, recorder] = await Promise.all([
        usage.now(),
        readQueueLoad(database.db, queue),
        usage.recorder(),
      ])
      return {
        at: new Date(clock.now()).toISOString(),
        minutes,
        lately,
        queue: jobs,
        breakers: openBreakers(house),
        recorder,
      }
    },
    async metrics() {
      const month = new Date(clock.now()).toISOString().slice(0, 8) + '01'
      const [jobs, recorder, credits] = await Promise.all([
        readQueueLoad(database.db, queue),
        usage.recorder(),
        readCreditTotals(database.db, month),
      ])
      const breakers = openBreakers(house)
      const text = await observation.metrics.text({ breakers, queue: jobs, recorder, credits })
      return { contentType: observation.metrics.contentType, text }
    },
  }
}
