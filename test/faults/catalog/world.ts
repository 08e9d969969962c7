/** The product below HTTP, as it is built for a server, with simulated providers; users with recordings that are finished. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSimulator } from '../../../simulator/simulator.ts'
import type { Simulator } from '../../../simulator/simulator-api.ts'
import { buildHouse, type House } from '../../../src/app/house.ts'
import { loadConfig } from '../../../src/config.ts'
import type { ModelRow } from '../../../src/gateway/index.ts'
import { systemClock } from '../../../src/lib/clock.ts'
import { createId } from '../../../src/lib/ids.ts'
import { createLogger } from '../../../src/lib/logger.ts'
import { addRecording } from './add-recording.ts'

export const PROVIDERS = ['openai', 'together', 'groq', 'anthropic'] as const
/** Nothing happens to this one: the capable target that lives. It is the last resort as it ships. */
export const ANCHOR = 'gemini'

export interface World {
  readonly simulator: Simulator
  readonly house: House
  /** Models that users choose and that trouble befalls. */
  readonly chosen: readonly ModelRow[]
  readonly recordings: readonly { readonly id: string; readonly userId: string }[]
  close(): Promise<void>
}

const KEY = 'sim-key-0001'

/** What the catalog and the provider agree on, dear and cheap ones of each. */
const chooseModels = (house: House, simulator: Simulator): ModelRow[] =>
  PROVIDERS.flatMap((provider) =>
    house.ai.models.catalog
      .rows()
      .filter((row) => row.provider === provider && row.active && row.operations.includes('chat'))
      .filter(({ key }) => {
        const found = simulator.models.find(provider, key)
        return found?.kind === 'chat' && found.served
      })
      .slice(0, 4),
  )

export interface WorldOptions {
  readonly users: number
  /** Sentences of each recording, from the shortest to the longest. */
  readonly sentences: readonly number[]
  readonly concurrency: number
  /** A database that is there; left out, one is made in the world's own folder. */
  readonly databaseUrl?: string
}

export const openWorld = async (options: WorldOptions): Promise<World> => {
  const directory = await mkdtemp(join(tmpdir(), 'catalog-faults-'))
  const simulator = createSimulator({ seed: 7 })
  const { urls } = await simulator.start()
  const config = await loadConfig({
    directory,
    environment: {
      DATA_DIR: directory,
      ...(options.databaseUrl !== undefined && { DATABASE_URL: options.databaseUrl }),
      ...Object.fromEntries(
        ([...PROVIDERS, ANCHOR] as const).flatMap((name) => [
          [`${name.toUpperCase()}_API_KEY`, KEY],
          [`${name.toUpperCase()}_BASE_URL`, urls[name]],
        ]),
      ),
      JOB_CONCURRENCY: String(options.concurrency),
      NEW_USER_CREDITS: '1000000',
    },
  })
  const house = await buildHouse({
    config,
    logger: createLogger({ level: 'silent' }),
    clock: systemClock,
    directory,
    exclusive: false,
  })
  await house.startWork()
  const recordings: { id: string; userId: string }[] = []
  for (let user = 0; user < options.users; user += 1) {
    const userId = createId()
    for (const [index, sentences] of options.sentences.entries()) {
      const first = (user * options.sentences.length + index) * 10_000 + 100_000
      recordings.push({ id: await addRecording(house.database.db, { userId, sentences, first }), userId })
    }
  }
  return {
    simulator,
    house,
    chosen: chooseModels(house, simulator),
    recordings,
    async close() {
      await house.closers.run()
      await simulator.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
