/** The catalog's sync against the simulated providers, as the application wires it. */
import { describe, expect, test } from 'vitest'
import { ADMIN, openModelHouse, TODAY, useModelHouse } from './house.ts'

const running = useModelHouse()
const { simulator, house } = running

describe('what a list changes', () => {
  test('a model that vanished goes off with a reason and a date, in the table and in the catalog', async () => {
    await house.sync('groq')
    simulator.models.remove('groq', 'qwen/qwen3.6-27b')
    expect(await house.sync('groq')).toMatchObject({
      outcome: 'applied',
      diff: { removed: [{ key: 'qwen/qwen3.6-27b', cause: 'not-listed' }] },
    })
    expect(await house.row('groq', 'qwen/qwen3.6-27b')).toMatchObject({
      active: false,
      removalCause: 'not-listed',
      removalReason: 'Not in Groq’s list since 2026-11-22',
      availability: 'not-found',
    })
    expect((await house.row('groq', 'qwen/qwen3.6-27b')).removedAt?.getTime()).toBeGreaterThanOrEqual(TODAY)
    expect(house.ai.models.catalog.find('groq/qwen/qwen3.6-27b')).toMatchObject({ active: false })
  })

  test('a model that is back is proposed and not switched on, until somebody does', async () => {
    await house.sync('groq')
    simulator.models.remove('groq', 'allam-2-7b')
    await house.sync('groq')
    await simulator.reset()
    expect((await house.sync('groq')).diff?.back.map(({ key }) => key)).toEqual(['allam-2-7b'])
    const proposed = await house.row('groq', 'allam-2-7b')
    expect(proposed).toMatchObject({ active: false, availability: 'available' })
    expect(proposed.proposal).toContain('lists it again')
    expect((await house.sync('groq')).diff?.back).toEqual([])
    const name = { provider: 'groq', key: 'allam-2-7b' }
    expect(await house.admin.change(name, { active: true }, ADMIN)).toMatchObject({
      active: true,
      proposal: null,
      removalReason: null,
      removalCause: null,
    })
    expect(house.ai.models.catalog.find('groq/allam-2-7b')?.active).toBe(true)
    expect((await house.sync('groq')).outcome).toBe('unchanged')
  })

  test('a proposal goes when the model vanishes again, and for good when an administrator says no', async () => {
    await house.sync('groq')
    simulator.models.remove('groq', 'allam-2-7b')
    await house.sync('groq')
    await simulator.reset()
    await house.sync('groq')
    simulator.models.remove('groq', 'allam-2-7b')
    await house.sync('groq')
    expect((await house.row('groq', 'allam-2-7b')).proposal).toBeNull()
    await simulator.reset()
    await house.sync('groq')
    await house.admin.change({ provider: 'groq', key: 'allam-2-7b' }, { active: false }, ADMIN)
    await house.sync('groq')
    expect(await house.row('groq', 'allam-2-7b')).toMatchObject({
      active: false,
      proposal: null,
      removalCause: 'admin',
    })
  })

  test('a new model comes in with multiplier 1, the list’s limits and their source', async () => {
    simulator.models.add('groq', {
      id: 'new/thing-9b',
      object: 'model',
      active: true,
      context_window: 65_536,
      max_completion_tokens: 8_192,
      name: 'Thing 9B',
      output_modalities: ['text'],
      pricing: { prompt: '0.0000002', completion: '0.0000008' },
    })
    expect((await house.sync('groq')).diff?.added).toMatchObject([{ key: 'new/thing-9b', active: true }])
    expect(await house.row('groq', 'new/thing-9b')).toMatchObject({
      displayName: 'Thing 9B',
      creditMultiplier: 1,
      contextLength: 65_536,
      maxOutputTokens: 8_192,
      prices: [{ inputPerMillion: 0.2, outputPerMillion: 0.8, source: 'list of groq, 2026-11-22' }],
      active: true,
      origin: 'list',
      availability: 'available',
      sources: { contextLength: { kind: 'list', from: 'list of groq', at: '2026-11-22' } },
    })
    expect(house.ai.models.catalog.find('thing-9b') ?? house.ai.models.catalog.find('new/thing-9b')).not.toBeNull()
  })

  test('limits and prices follow the list, each with its source; the old price stays for its days', async () => {
    simulator.models.patch('groq', 'qwen/qwen3.6-27b', {
      context_window: 262_144,
      context_length: 262_144,
      pricing: { prompt: '0.0000009', completion: '0.000003' },
    })
    await house.sync('groq')
    const row = await house.row('groq', 'qwen/qwen3.6-27b')
    expect(row.contextLength).toBe(262_144)
    expect(row.sources.contextLength).toEqual({ kind: 'list', from: 'list of groq', at: '2026-11-22' })
    expect(row.prices).toHaveLength(2)
    expect(row.prices[0]).toMatchObject({ inputPerMillion: 0.6 })
    expect(row.prices[1]).toMatchObject({
      inputPerMillion: 0.9,
      validFrom: '2026-11-22',
      source: 'list of groq, 2026-11-22',
    })
    expect((await house.admin.find({ provider: 'groq', key: 'qwen/qwen3.6-27b' })).history[0]).toMatchObject({
      action: 'changed',
      actor: { kind: 'sync' },
      changes: [
        { field: 'contextLength', from: 131_072, to: 262_144 },
        { field: 'prices', from: { inputPerMillion: 0.6 }, to: { inputPerMillion: 0.9 } },
      ],
    })
    expect((await house.sync('groq')).outcome).toBe('unchanged')
  })

  test('a price that becomes nothing, or jumps a hundredfold, is not believed', async () => {
    for (const prompt of ['0', '0.00006']) {
      simulator.models.patch('groq', 'qwen/qwen3.6-27b', { pricing: { prompt, completion: '0.000003' } })
      const { diff } = await house.sync('groq')
      expect(diff?.notes.map(({ key }) => key)).toContain('qwen/qwen3.6-27b')
      expect((await house.row('groq', 'qwen/qwen3.6-27b')).prices).toHaveLength(1)
    }
  })

  test('a limit learned from a refusal is not raised by a list, and the run says so; a smaller one is taken', async () => {
    const row = house.ai.models.catalog.find('groq/qwen/qwen3.6-27b')
    if (row === null) throw new Error('not seeded')
    house.ai.models.catalog.correct(row, { contextLength: 30_000 })
    await expect.poll(async () => (await house.row('groq', row.key)).contextLength).toBe(30_000)
    const { diff } = await house.sync('groq')
    expect(diff?.notes).toContainEqual({
      key: row.key,
      note: 'The list says context 131072; 30000 stays, as the provider refused more',
    })
    expect((await house.row('groq', row.key)).contextLength).toBe(30_000)
    simulator.models.patch('groq', row.key, { context_window: 16_000, context_length: 16_000 })
    await house.sync('groq')
    expect((await house.row('groq', row.key)).contextLength).toBe(16_000)
  })

  test('what an administrator set stays: limits, multiplier, off', async () => {
    const name = { provider: 'groq', key: 'qwen/qwen3.6-27b' }
    await house.admin.change(name, { active: false, creditMultiplier: 7, contextLength: 50_000 }, ADMIN)
    const { diff } = await house.sync('groq')
    expect(diff?.back).toEqual([])
    expect(await house.row('groq', name.key)).toMatchObject({
      active: false,
      removalCause: 'admin',
      creditMultiplier: 7,
      contextLength: 50_000,
      proposal: null,
    })
  })

  test('a deleted model comes back neither from the list nor from the seed', async () => {
    const name = { provider: 'groq', key: 'allam-2-7b' }
    await house.admin.remove(name, ADMIN)
    expect(house.ai.models.catalog.find('groq/allam-2-7b')).toBeNull()
    expect((await house.sync('groq')).diff?.added).toEqual([])
    const again = await openModelHouse(running.urls, { database: house.database })
    expect(again.ai.models.catalog.find('groq/allam-2-7b')).toBeNull()
    await again.close()
  })
})

describe('spelling', () => {
  test('letter case, a prefix and dates are never read as removals', async () => {
    simulator.models.remove('groq', 'qwen/qwen3.6-27b')
    simulator.models.add('groq', 'QWEN/Qwen3.6-27B')
    simulator.models.remove('openai', 'gpt-5.5')
    simulator.models.remove('openai', 'gpt-5.5-2026-04-23')
    simulator.models.add('openai', 'gpt-5.5-2026-09-09')
    for (const provider of ['groq', 'openai', 'gemini', 'anthropic', 'together']) {
      const { diff } = await house.sync(provider)
      expect([provider, diff?.removed]).toEqual([provider, []])
    }
    expect((await house.row('openai', 'gpt-5.5')).active).toBe(true)
  })

  test('a dated id is no new model beside its undated one', async () => {
    const { diff } = await house.sync('openai')
    expect(diff?.added.map(({ key }) => key)).not.toContain('gpt-4o-2024-08-06')
    expect(house.ai.models.catalog.find('gpt-4o-2024-08-06')?.key).toBe('gpt-4o')
  })
})

describe('dates', () => {
  test('a model whose date has come goes off, listed or not, whether or not its provider can be asked', async () => {
    await house.sync('openai')
    house.clock.set(Date.parse('2026-12-12T03:00:00Z'))
    const { diff } = await house.sync('openai')
    expect(diff?.removed).toEqual([])
    expect(await house.row('openai', 'gpt-5')).toMatchObject({
      active: false,
      removalCause: 'retired',
      removalReason: 'Retired by its provider on 2026-12-11',
    })
    expect((await house.sync('openai')).diff?.back).toEqual([])
  })

  test('a date that the list announces is taken over, also when only the dated releases have it', async () => {
    await house.database.db.updateTable('models').set({ retires_at: null }).where('key', '=', 'gpt-5').execute()
    await house.sync('openai')
    expect(await house.row('openai', 'gpt-5')).toMatchObject({
      retiresAt: '2026-12-11',
      active: true,
      sources: { retiresAt: { kind: 'list' } },
    })
    simulator.models.patch('openai', 'gpt-5', { shutdown_date: '2026-11-20' })
    expect((await house.sync('openai')).diff?.removed).toEqual([
      { key: 'gpt-5', cause: 'retired', reason: 'Retired by OpenAI on 2026-11-20' },
    ])
  })
})
