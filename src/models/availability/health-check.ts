/** Hourly: does every provider that is set up answer? A list costs nothing and shows address, key and service at once. */
import { toAppError } from '../../errors.ts'
import type { Gateway } from '../../gateway/index.ts'
import type { Clock } from '../../lib/clock.ts'
import type { ScheduledTask } from '../schedules/task.ts'
import type { SyncTarget } from '../sync/sync-provider.ts'

export interface HealthCheckDeps {
  readonly targets: () => readonly SyncTarget[]
  readonly listModels: Gateway['listModels']
  readonly clock: Clock
}

interface Checked {
  readonly provider: string
  readonly ok: boolean
  readonly models: number | null
  readonly durationMs: number
  readonly error: string | null
}

const DEADLINE_MS = 30_000

const check = async (
  { listModels, clock }: HealthCheckDeps,
  provider: string,
  signal: AbortSignal,
): Promise<Checked> => {
  const startedMs = clock.now()
  const took = (): number => Math.round(clock.now() - startedMs)
  try {
    const models = await listModels(provider, { signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]) })
    return { provider, ok: true, models: models.length, durationMs: took(), error: null }
  } catch (thrown) {
    signal.throwIfAborted()
    return { provider, ok: false, models: null, durationMs: took(), error: toAppError(thrown).message }
  }
}

export const createHealthCheck = (deps: HealthCheckDeps): ScheduledTask => ({
  name: 'models.health-check',
  description: 'Asks every provider that is set up whether it answers',
  cron: '0 * * * *',
  async run({ signal }) {
    const asked = deps.targets().filter(({ unreachable }) => unreachable === null)
    const providers = await Promise.all(asked.map(({ id }) => check(deps, id, signal)))
    const silent = providers.filter(({ ok }) => !ok)
    const answered = `${providers.length - silent.length} of ${providers.length} providers answer`
    const summary =
      silent.length === 0 ? answered : `${answered}; not ${silent.map(({ provider }) => provider).join(', ')}`
    return { summary: providers.length === 0 ? 'No provider is set up' : summary, result: { providers } }
  },
})
