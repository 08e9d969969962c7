/** Rollouts that are begun in the same moment: a model takes part in one at a time. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { row } from '../../src/gateway/testing/row.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { createRollouts } from '../../src/models/rollout/rollouts.ts'
import { createTestDatabase } from '../setup/database.ts'

const database = await createTestDatabase()
afterAll(() => database.close())
// Connections that are open already, so that nobody wins by having one.
beforeAll(() => Promise.all([1, 2, 3, 4].map(() => database.pool.query('select pg_sleep(0.05)'))))
const models = ['one', 'two', 'three', 'four', 'five', 'six'].map((key) => row(`maker/${key}`))
const rollouts = createRollouts({
  db: database.db,
  catalog: { find: (name) => models.find(({ provider, key }) => `${provider}/${key}` === name) ?? null },
  clock: systemClock,
  logger: silentLogger,
})
const begin = (control: string, candidate: string) =>
  rollouts.create({ control: `maker/${control}`, candidate: `maker/${candidate}` }, 'admin@example.org')

const codeOf = (result: PromiseSettledResult<unknown>): string =>
  result.status === 'fulfilled' ? 'begun' : result.reason instanceof AppError ? result.reason.code : 'unexpected'

interface Case {
  name: string
  first: [control: string, candidate: string]
  second: [control: string, candidate: string]
}
test.each<Case>([
  { name: 'the same one twice', first: ['one', 'two'], second: ['one', 'two'] },
  { name: 'a candidate that is the control of the other', first: ['three', 'four'], second: ['four', 'five'] },
])('$name: one begins, the other is told why not', async ({ first, second }) => {
  const results = await Promise.allSettled([begin(...first), begin(...second)])
  expect(results.map(codeOf).sort()).toEqual(['begun', 'conflict'])
})

test('the list has the arms of each', async () => {
  const list = await rollouts.list({ open: true, limit: 10 })
  expect(list).toHaveLength(2)
  expect(list.map(({ arms }) => [arms.control.requests, arms.candidate.requests])).toEqual([
    [0, 0],
    [0, 0],
  ])
})
