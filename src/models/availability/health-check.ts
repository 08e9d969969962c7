/** Hourly: does every provider that is set up answer? A list costs nothing and shows address, key and service at once. */
import { toAppError } from '../../errors.ts'
import type { Gateway } from '../../gateway/index.ts'
import type { Clock } from '../../lib/clock.ts'
import { statement } from '../../statements/statement.ts'
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
    if (providers.length === 0) return { statement: statement('no-provider'), result: { providers } }
    const silent = providers.filter(({ ok }) => !ok).map(({ provider }) => provider)
    const told = { answering: providers.length - silent.length, asked: providers.length, silent }
    return { statement: statement('health-done', told), result: { providers } }
  },
})
