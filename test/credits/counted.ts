/** Credits on a real database with a clock of the test's own, and work that is charged as the pipeline charges it. */
import { randomUUID } from 'node:crypto'
import type { ChargeOrder, DeliveredPart } from '../../src/credits/charging.ts'
import { createCredits, type Credits } from '../../src/credits/credits.ts'
import type { OpenedDatabase } from '../../src/db/open.ts'
import { createFakeClock } from '../../src/lib/fake-clock.ts'
import { createId } from '../../src/lib/ids.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { createTestDatabase } from '../setup/database.ts'

/** `one` costs as listed, `two` double, `own` is part of the server. */
export const multipliers: Readonly<Record<string, number>> = {
  'p/one': 1,
  'p/two': 2,
  'p/half': 0.5,
  'own/basic': 0,
}

export const order = (userId: string, more: Partial<ChargeOrder> = {}): ChargeOrder => ({
  userId,
  transcriptionId: randomUUID(),
  workId: randomUUID(),
  operation: 'enhancement',
  model: 'p/one',
  size: { characters: 10_000, seconds: 600 },
  ...more,
})

export const part = (path: string, share: number, more: Partial<DeliveredPart> = {}): DeliveredPart => ({
  path,
  content: `words of ${path}`,
  share,
  provider: 'p',
  model: 'one',
  costMicrocents: 100,
  ...more,
})

const openCredits = (
  { db }: Pick<OpenedDatabase, 'db'>,
  clock: ReturnType<typeof createFakeClock>,
  settings = { enabled: true, newUserCredits: 100 },
): Credits =>
  createCredits({
    db,
    clock,
    newId: createId,
    logger: silentLogger,
    settings,
    modelOf: (name) => {
      const slash = name.indexOf('/')
      return { provider: name.slice(0, slash), model: name.slice(slash + 1), multiplier: multipliers[name] ?? 1 }
    },
    isOwn: (provider) => provider === 'own',
    titlesOf: (_, ids) => Promise.resolve(new Map(ids.map((id) => [id, `Talk ${id}`]))),
  })

export const openCounted = async () => {
  const database = await createTestDatabase()
  const clock = createFakeClock(Date.UTC(2026, 4, 10))
  const credits = openCredits(database, clock)
  return {
    database,
    clock,
    credits,
    /** The same ledger under other settings. */
    under: (settings: { enabled: boolean; newUserCredits: number }) => openCredits(database, clock, settings),
    /** The same ledger by another way to its database. */
    on: (other: Pick<OpenedDatabase, 'db'>) => openCredits(other, clock),
    async begin(of: ChargeOrder) {
      const charge = await credits.charging?.begin(of)
      if (charge == null) throw new Error('nothing is counted')
      return {
        ...charge,
        settle: (parts: DeliveredPart[], missing = 0) =>
          database.db.transaction().execute((tx) => charge.settle(tx, parts, missing)),
        take: (parts: DeliveredPart[]) => database.db.transaction().execute((tx) => charge.take(tx, parts)),
      }
    },
  }
}
