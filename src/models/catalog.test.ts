import { afterAll, expect, test } from 'vitest'
import { createTestDatabase } from '../../test/setup/database.ts'
import { createFakeClock } from '../lib/fake-clock.ts'
import { silentLogger } from '../lib/logger.ts'
import { loadModelCatalog } from './catalog.ts'
import { createModelsStore } from './models.store.ts'
import { seedModels } from './seed.ts'

const database = await createTestDatabase()
afterAll(() => database.close())

const store = createModelsStore(database.db)
const clock = createFakeClock(Date.parse('2026-11-22T00:00:00Z'))
const load = () => loadModelCatalog({ store, clock, logger: silentLogger })

test('the seed reaches the table once and what was changed there stays', async () => {
  const { catalog } = await load()
  expect(catalog.rows()).toHaveLength(seedModels.length)
  await database.db.updateTable('models').set({ credit_multiplier: 9 }).where('key', '=', 'gpt-4o').execute()
  const again = await load()
  expect(again.catalog.rows()).toHaveLength(seedModels.length)
  expect(again.catalog.find('openai/gpt-4o')?.creditMultiplier).toBe(9)
})

test('a row comes back from the table as the seed has it', async () => {
  const seeded = seedModels.find((model) => model.key === 'gpt-6-sol')
  expect((await store.all()).find((model) => model.key === 'gpt-6-sol')).toEqual(seeded)
})

test('a limit learned from a refusal and a rejected field outlive the process', async () => {
  const { catalog, learned } = await load()
  const row = catalog.find('groq/allam-2-7b')
  if (row === null) throw new Error('not seeded')
  catalog.correct(row, { contextLength: 2_048 })
  expect(catalog.find('groq/allam-2-7b')?.contextLength).toBe(2_048)
  const rules = { rename: { max_tokens: 'max_completion_tokens' } }
  const lesson = { provider: 'groq', model: 'allam-2-7b', field: 'max_tokens', evidence: 'said so', learnedAtMs: 5 }
  learned.learn({ ...lesson, rules })
  await expect.poll(async () => (await load()).catalog.find('groq/allam-2-7b')?.contextLength).toBe(2_048)
  await expect.poll(async () => (await load()).learned.list()).toEqual([{ ...lesson, rules }])
  learned.learn({ ...lesson, rules: { drop: ['maxOutputTokens'] } })
  await expect
    .poll(async () => (await load()).learned.withLearned({ ...row, rules: {} }).rules)
    .toEqual({ ...rules, drop: ['maxOutputTokens'] })
})

test('a rule is unlearned for good, and what another process learned or unlearned is read again', async () => {
  const [here, there] = await Promise.all([load(), load()])
  const name = { provider: 'groq', model: 'any', field: 'top_k' }
  here.learned.learn({ ...name, rules: { drop: ['topK'] }, evidence: '', learnedAtMs: 5 })
  const fields = (): string[] => there.learned.list().flatMap(({ model, field }) => (model === 'any' ? field : []))
  await expect.poll(() => there.refresh().then(fields)).toEqual(['top_k'])
  expect(await here.forgetRule(name)).toBe(true)
  expect(await here.forgetRule(name)).toBe(false)
  expect(here.learned.list().some(({ field }) => field === 'top_k')).toBe(false)
  await there.refresh()
  expect(fields()).toEqual([])
})

test('models of a server without a seed come from its own list', async () => {
  const models = await load()
  expect(await models.addListed('my-server', [{ key: 'house-model', contextLength: 4_096 }])).toBe(1)
  expect(await models.addListed('my-server', [{ key: 'house-model', contextLength: 4_096 }])).toBe(0)
  expect(models.catalog.find('my-server/house-model')).toMatchObject({
    contextLength: 4_096,
    active: true,
    prices: null,
  })
})
