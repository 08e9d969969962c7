/** The run behind `docs/faults-catalog.md`, small: what users see while the catalog is in trouble. */
import { expect, test } from 'vitest'
import { createTestDatabase } from '../../setup/database.ts'
import { runCatalog } from './run-catalog.ts'
import { openWorld } from './world.ts'

test('models vanish, shrink, flap and are limited, and users get their texts, whole and rightly named and charged', async () => {
  const database = await createTestDatabase()
  const world = await openWorld({
    users: 3,
    sentences: [30, 120, 400],
    concurrency: 6,
    databaseUrl: database.connectionString,
  })
  try {
    const run = await runCatalog(world, 400, 200_000)
    expect(run.requests).toBeGreaterThanOrEqual(400)
    expect(run.failedCalls).toBeGreaterThan(20)
    // Compared as a whole: within `toMatchObject` an empty object is like any other.
    expect(run.failures).toEqual({})
    expect(run).toMatchObject({
      modelNotFound: 0,
      tokenLimit: 0,
      notWhole: 0,
      wrongNames: 0,
      lostOrDoubled: 0,
      creditsLost: 0,
      accountsWrong: 0,
      refused: 0,
    })
    expect(run.creditsCharged).toBeGreaterThan(0)
  } finally {
    await world.close()
    await database.close()
  }
}, 240_000)
