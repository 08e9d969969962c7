/** Whole runs of the sync, and the provider whose list proves nothing, as the application wires it. */
import { describe, expect, test } from 'vitest'
import { createId } from '../../src/lib/ids.ts'
import { seedModels } from '../../src/models/seed.ts'
import { ADMIN, openModelHouse, useModelHouse } from './house.ts'

const running = useModelHouse()
const { simulator, house } = running

describe('Together, whose list proves nothing', () => {
  const served = 'moonshotai/Kimi-K3'

  test('rows come in typed and off until somebody saw them answer', async () => {
    const { diff } = await house.sync('together')
    expect(diff?.added.length).toBeGreaterThan(50)
    expect(diff?.added.every(({ active }) => !active)).toBe(true)
    expect(diff?.ignored).toBeGreaterThan(40)
    const kinds = new Set(diff?.added.flatMap(({ operations }) => operations))
    expect([...kinds].sort()).toEqual(['chat', 'embed', 'image', 'transcribe'])
    expect(await house.row('together', 'BAAI/bge-base-en-v1.5')).toMatchObject({
      operations: ['embed'],
      outputModalities: ['embedding'],
      removalCause: 'unconfirmed',
      availability: 'unknown',
      confirmedBy: null,
    })
    expect(await house.row('together', served)).toMatchObject({
      active: true,
      availability: 'unknown',
      confirmedBy: null,
    })
  })

  test('real traffic confirms a row; a refusal takes it back', async () => {
    await house.sync('together')
    const ask = () =>
      house.ai.gateway.chat(
        { model: `together/${served}`, messages: [{ role: 'user', content: 'Hello there' }] },
        { fallbackModels: [] },
      )
    await ask()
    await expect.poll(async () => (await house.row('together', served)).confirmedBy).toBe('traffic')
    expect(await house.row('together', served)).toMatchObject({ availability: 'available' })
    await house.sync('together')
    expect(await house.row('together', served)).toMatchObject({ availability: 'available', confirmedBy: 'traffic' })
    simulator.addFault({ provider: 'together', operation: 'chat', fault: 'unknown-model' })
    await expect(ask()).rejects.toMatchObject({ code: 'model-not-found' })
    await expect.poll(async () => (await house.row('together', served)).availability).toBe('not-found')
    expect((await house.row('together', served)).confirmedBy).toBeNull()
  })

  test('a test call confirms a row and switches it on; one that does not answer stays off', async () => {
    await house.sync('together')
    const off = { provider: 'together', key: 'Qwen/Qwen2-1.5B-Instruct' }
    const refused = await house.admin.test(off, ADMIN)
    expect(refused).toMatchObject({ ok: false })
    expect(await house.row('together', off.key)).toMatchObject({ active: false, confirmedBy: null })
    simulator.models.add('together', {
      id: 'fresh/served-8b',
      type: 'chat',
      context_length: 32_768,
      pricing: { input: 0.1, output: 0.2 },
    })
    await house.sync('together')
    const name = { provider: 'together', key: 'fresh/served-8b' }
    expect(await house.row('together', name.key)).toMatchObject({ active: false, removalCause: 'unconfirmed' })
    const result = await house.admin.test(name, ADMIN)
    if (!result.ok) expect(result.error?.message).toBe('')
    expect(result).toMatchObject({ ok: true, error: null })
    expect(result.text).not.toBe('')
    expect(result.costMicrocents).toBeGreaterThan(0)
    expect(await house.row('together', name.key)).toMatchObject({
      active: true,
      confirmedBy: 'probe',
      availability: 'available',
      removalCause: null,
    })
    expect(house.ai.models.catalog.find('together/fresh/served-8b')?.active).toBe(true)
  })

  test('a sync that may probe asks a bounded number of them', async () => {
    await house.sync('together', true)
    const asked = simulator.log().filter(({ provider, operation }) => provider === 'together' && operation === 'chat')
    expect(asked.length).toBeGreaterThan(5)
    expect(new Set(asked.map(({ model }) => model)).size).toBeLessThanOrEqual(40)
    const { total } = await house.admin.page({
      provider: 'together',
      status: 'active',
      sort: 'name',
      descending: false,
      limit: 1,
      offset: 0,
    })
    expect(total).toBeGreaterThanOrEqual(24)
  })
})

describe('runs', () => {
  test('a dry run tells the difference and writes nothing at all', async () => {
    simulator.models.remove('groq', 'allam-2-7b')
    simulator.models.shrink('anthropic', 0)
    const before = await house.table()
    const { results } = await house.admin.preview({ providers: ['groq', 'anthropic'] })
    expect(results.map(({ provider, outcome }) => [provider, outcome])).toEqual([
      ['groq', 'would-apply'],
      ['anthropic', 'would-hold'],
    ])
    expect(await house.table()).toBe(before)
    expect(await house.openAlerts()).toEqual([])
    expect(await house.admin.held({ open: false, limit: 5 })).toEqual([])
    expect(await house.admin.runs(5)).toEqual([])
  })

  test('a run is kept with what each provider brought; a provider without a key is left out with the reason', async () => {
    const keyless = await openModelHouse(running.urls, {
      database: house.database,
      environment: { OPENAI_API_KEY: '' },
    })
    const id = createId()
    await keyless.life.sync.run({ id, trigger: 'schedule', startedBy: null })
    const run = await keyless.admin.findRun(id)
    expect(run).toMatchObject({ state: 'done', trigger: 'schedule', error: null })
    expect(run.results.find(({ provider }) => provider === 'openai')).toMatchObject({
      outcome: 'skipped',
      message: 'No key is set for OpenAI',
    })
    await keyless.close()
  })

  test('a dead fallback target is reported with live ones to name instead, and the alert goes with it', async () => {
    const environment = { DEFAULT_MODEL: 'groq/qwen/qwen3.6-27b' }
    const chained = await openModelHouse(running.urls, { database: house.database, environment })
    simulator.models.remove('groq', 'qwen/qwen3.6-27b')
    const run = { id: createId(), trigger: 'schedule' as const, startedBy: null, providers: ['groq'] }
    const { deadTargets } = await chained.life.sync.run(run)
    expect(deadTargets).toMatchObject([{ chain: 'default model', model: 'groq/qwen/qwen3.6-27b' }])
    expect(deadTargets[0]?.suggestions).toHaveLength(3)
    expect((await house.openAlerts()).map(({ kind }) => kind)).toEqual(['fallback-target-dead'])
    await chained.admin.change({ provider: 'groq', key: 'qwen/qwen3.6-27b' }, { active: true }, ADMIN)
    await simulator.reset()
    await chained.life.sync.run({ ...run, id: createId() })
    expect(await house.openAlerts()).toEqual([])
    await chained.close()
  })

  test('two processes that sync at once end with one history and no doubled rows', async () => {
    const other = await openModelHouse(running.urls, { database: house.database })
    simulator.models.remove('groq', 'allam-2-7b')
    await Promise.all([house.sync('groq'), other.sync('groq')])
    const { history } = await house.admin.find({ provider: 'groq', key: 'allam-2-7b' })
    expect(history.filter(({ action }) => action === 'removed')).toHaveLength(1)
    await other.close()
  })

  test('another process sees a change within one look', async () => {
    const other = await openModelHouse(running.urls, { database: house.database })
    await other.life.watch()
    await house.admin.change({ provider: 'groq', key: 'allam-2-7b' }, { active: false }, ADMIN)
    expect(other.ai.models.catalog.find('groq/allam-2-7b')?.active).toBe(true)
    await other.life.watch()
    expect(other.ai.models.catalog.find('groq/allam-2-7b')?.active).toBe(false)
    await other.close()
  })

  test('a list in pages is read whole', async () => {
    const keys = Array.from({ length: 1_200 }, (_, at) => `claude-page-${at}`)
    for (const id of keys) simulator.models.add('anthropic', { type: 'model', id, display_name: id })
    const { diff } = await house.sync('anthropic')
    expect(diff?.added).toHaveLength(1_200)
    const pages = simulator
      .log()
      .filter(({ provider, operation }) => provider === 'anthropic' && operation === 'models')
    expect(pages.length).toBeGreaterThan(1)
  })

  test('nothing of the seed is lost by a first sync with every provider', async () => {
    const id = createId()
    const { results } = await house.life.sync.run({ id, trigger: 'admin', startedBy: 'x' })
    expect(results.flatMap(({ diff }) => diff?.removed ?? [])).toEqual([])
    const keys = house.ai.models.catalog.rows().map((row) => `${row.provider}/${row.key}`)
    for (const model of seedModels) expect(keys).toContain(`${model.provider}/${model.key}`)
    const again = await house.life.sync.run({ id: createId(), trigger: 'admin', startedBy: 'x' })
    expect(again.results.map(({ outcome }) => outcome)).toEqual(results.map(() => 'unchanged'))
  })
})
