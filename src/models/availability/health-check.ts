/** Hourly: does every provider that is set up answer? A list costs nothing and shows address, key and service at once. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/types.ts'
import { toAppError } from '../../errors.ts'
import type { Gateway } from '../../gateway/index.ts'
import type { Clock } from '../../lib/clock.ts'
import { statement } from '../../statements/statement.ts'
import { noteAnswered, noteUnread } from '../sync/unread-lists.store.ts'
import type { ScheduledTask } from '../schedules/task.ts'
import type { SyncTarget } from '../sync/sync-provider.ts'

export interface HealthCheckDeps {
  readonly db: Kysely<Database>
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
  { db, listModels, clock }: HealthCheckDeps,
  provider: string,
  signal: AbortSignal,
): Promise<Checked> => {
  const startedMs = clock.now()
  const took = (): number => Math.round(clock.now() - startedMs)
  try {
    const models = await listModels(provider, { signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]) })
    await noteAnswered(db, provider)
    return { provider, ok: true, models: models.length, durationMs: took(), error: null }
  } catch (thrown) {
    signal.throwIfAborted()
    const { code, message } = toAppError(thrown)
    await noteUnread(db, { provider, at: new Date(clock.now()), errorCode: code, message })
    return { provider, ok: false, models: null, durationMs: took(), error: message }
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
