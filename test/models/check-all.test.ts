/** “Check all”: every row is looked at, questions keep to their limits, and what it took is told. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createId } from '../../src/lib/ids.ts'
import type { ProbePlan } from '../../src/models/availability/probe-plan.ts'
import { useSimulator } from '../simulator/start-simulator.ts'
import { openModelHouse, TODAY, type ModelHouse } from './house.ts'

const running = useSimulator()
const { simulator } = running
let house: ModelHouse

beforeAll(async () => {
  house = await openModelHouse(running.urls)
})
afterAll(async () => await house.close())

const checkAll = async (probe: ProbePlan | boolean, providers?: string[]) => {
  const id = createId()
  const run = { id, trigger: 'admin' as const, startedBy: 'test', probe, ...(providers && { providers }) }
  await house.life.sync.run(run)
  return house.life.sync.findRun(id)
}
const rows = async () =>
  await house.database.db
    .selectFrom('models')
    .select(['provider', 'key', 'availability', 'checked_at', 'confirmed_by', 'active'])
    .where('deleted_at', 'is', null)
    .execute()
const chats = () => simulator.log().filter(({ operation }) => operation === 'chat')
const total = (run: Awaited<ReturnType<typeof checkAll>>, field: 'asked' | 'answered' | 'left' | 'unpriced') =>
  run.results.reduce((sum, { probes }) => sum + (probes?.[field] ?? 0), 0)

test('every row of every provider is checked anew, by its list or by a call, and the run says how many by which', async () => {
  const run = await checkAll(false)
  const all = await rows()
  expect(all.filter(({ checked_at }) => (checked_at?.getTime() ?? 0) < TODAY)).toEqual([])
  expect(run.results.map(({ outcome }) => outcome).filter((one) => one === 'failed' || one === 'held')).toEqual([])
  const byList = run.results.reduce((sum, { checked }) => sum + (checked ?? 0), 0)
  const builtIn = all.filter(({ provider }) => provider === 'offline')
  expect(byList).toBe(all.length - builtIn.length)
  // What answers inside this process is asked: it is free, and there is no list.
  expect(builtIn.map(({ availability, confirmed_by }) => [availability, confirmed_by])).toEqual([
    ['available', 'probe'],
  ])
  expect(run.results.find(({ provider }) => provider === 'offline')).toMatchObject({
    checked: 0,
    probes: { asked: 1, answered: 1, costMicrocents: 0 },
  })
  expect(chats()).toEqual([])
})

test('models that are on are asked up to the number that was set, those that were never seen to answer first', async () => {
  const before = chats().length
  const run = await checkAll({ which: 'active', most: 7, budgetMicrocents: 100_000_000 }, ['groq', 'openai'])
  expect(total(run, 'asked')).toBe(7)
  expect(total(run, 'answered')).toBe(7)
  expect(total(run, 'left')).toBeGreaterThan(20)
  expect(
    new Set(
      chats()
        .slice(before)
        .map(({ model }) => model),
    ).size,
  ).toBeLessThanOrEqual(7)
  const [cost] = [run.results.reduce((sum, { probes }) => sum + (probes?.costMicrocents ?? 0), 0)]
  expect(cost).toBeGreaterThan(0)
  const confirmed = (await rows()).filter(({ provider, confirmed_by }) => provider !== 'offline' && confirmed_by)
  expect(confirmed).toHaveLength(7)
  const again = await checkAll({ which: 'active', most: 7, budgetMicrocents: 100_000_000 }, ['groq', 'openai'])
  expect(total(again, 'asked')).toBe(7)
  expect((await rows()).filter(({ provider, confirmed_by }) => provider !== 'offline' && confirmed_by).length).toBe(14)
})

test('no question is asked that could cost more than what is left of the budget', async () => {
  const before = simulator.log().filter(({ operation }) => operation !== 'models').length
  const run = await checkAll({ which: 'active', most: 500, budgetMicrocents: 20_000 }, ['openai'])
  const openai = run.results.find(({ provider }) => provider === 'openai')?.probes
  expect(openai?.costMicrocents).toBeLessThanOrEqual(20_000)
  expect(openai?.left).toBeGreaterThan(10)
  expect(simulator.log().filter(({ operation }) => operation !== 'models').length - before).toBe(openai?.asked)
})

test('what no price is known of is not asked, and is counted', async () => {
  const run = await checkAll({ which: 'active', most: 500, budgetMicrocents: 100_000_000 }, ['ollama'])
  expect(run.results[0]?.probes).toMatchObject({ asked: 0 })
  expect(run.results[0]?.probes?.unpriced).toBeGreaterThan(0)
})

test('a question that fails is told with the model’s name, and its row says why', async () => {
  simulator.addFault({ provider: 'groq', operation: 'chat', fault: 'unknown-model' })
  const run = await checkAll({ which: 'active', most: 500, budgetMicrocents: 100_000_000 }, ['groq'])
  await simulator.reset()
  const groq = run.results.find(({ provider }) => provider === 'groq')?.probes
  expect(groq?.failures.length).toBeGreaterThan(0)
  expect(groq?.failures[0]).toMatchObject({ errorCode: 'model-not-found' })
  const failed = groq?.failures[0]?.key ?? ''
  expect(await house.row('groq', failed)).toMatchObject({ availability: 'not-found' })
})

test('a check that an administrator stops asks no more, and says by whom and what was left', async () => {
  const id = createId()
  const by = { kind: 'admin' as const, id: createId(), name: 'ada@example.org' }
  const plan = { which: 'active' as const, most: 500, budgetMicrocents: 100_000_000 }
  const run = { id, trigger: 'admin' as const, startedBy: 'test', probe: plan, providers: ['openai'] }
  await house.life.sync.announce(run)
  expect((await house.life.sync.stop(id, by)).stoppedBy).toBe('ada@example.org')
  const before = chats().length
  await house.life.sync.run(run)
  const stopped = await house.life.sync.findRun(id)
  expect(stopped).toMatchObject({ state: 'done', stoppedBy: 'ada@example.org' })
  expect(stopped.results[0]).toMatchObject({ outcome: 'unchanged', probes: { due: 0, asked: 0 } })
  expect(total(stopped, 'left')).toBeGreaterThan(10)
  expect(chats().length).toBe(before)
  await expect(house.life.sync.stop(id, by)).rejects.toMatchObject({ code: 'conflict' })
  await expect(house.life.sync.stop(createId(), by)).rejects.toMatchObject({ code: 'not-found' })
})
