/** Credits for the test server: the real ones, with a catalog of two models and nobody behind them. */
import { createCountedCredits, createCreditDesk } from '../../src/app/credits.ts'
import { createCaller } from '../../src/gateway/caller.ts'
import { createCatalog, createGateway } from '../../src/gateway/index.ts'
import { row } from '../../src/gateway/testing/scripted-caller.ts'
import type { HttpDependencies } from '../../src/http/dependencies.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import type { createTestDatabase } from '../setup/database.ts'

export interface CreditSettings {
  readonly enabled: boolean
  readonly newUserCredits: number
}

export const createTestCredits = (
  { db }: Awaited<ReturnType<typeof createTestDatabase>>,
  transcriptions: HttpDependencies['transcriptions'],
  settings: CreditSettings = { enabled: true, newUserCredits: 100 },
) => {
  const catalog = createCatalog([
    row('loop/writer', { contextLength: 128_000, maxOutputTokens: 16_000, creditMultiplier: 2 }),
    row('loop/nameless', { prices: null }),
    row('loop/hearer', { operations: ['transcribe'], prices: null, creditMultiplier: 1 }),
  ])
  const gateway = createGateway({ caller: createCaller({ providers: [] }), catalog, credentials: () => null })
  const config = {
    credits: settings,
    models: {
      default: undefined,
      lastResort: undefined,
      sync: { largestLoss: 0.5, smallestCount: 3, timeZone: 'UTC' },
    },
    speech: {
      engine: 'local',
      model: 'base',
      modelUrl: undefined,
      threads: 1,
      idleMs: 1,
      languages: [],
      memoryLimitBytes: 1,
    },
  }
  const models = { catalog } as Parameters<typeof createCountedCredits>[0]['ai']['models']
  const deps = {
    config,
    db,
    ai: { providers: [], models, gateway, byNameOnly: ['offline'] },
    clock: systemClock,
    logger: silentLogger,
  }
  const credits = createCountedCredits(deps)
  return { credits, desk: createCreditDesk(credits, { ...deps, transcriptions }) }
}
