/** Lists that are not believed, from the simulated providers, as the application wires it. */
import { describe, expect, test } from 'vitest'
import { createId } from '../../src/lib/ids.ts'
import { ADMIN, openModelHouse, useModelHouse } from './house.ts'

const running = useModelHouse()
const { simulator, house } = running

describe('a list that is not believed', () => {
  test('an empty list changes nothing, is held, and raises one alert however often it comes', async () => {
    await house.sync('groq')
    const before = await house.table('groq')
    simulator.models.shrink('groq', 0)
    const result = await house.sync('groq')
    expect(result).toMatchObject({ outcome: 'held', message: expect.stringContaining('lists no models') as unknown })
    await house.sync('groq')
    expect(await house.table('groq')).toBe(before)
    expect(await house.openAlerts()).toMatchObject([{ kind: 'model-list-held', provider: 'groq' }])
    expect(await house.admin.held({ open: true, limit: 10 })).toHaveLength(1)
  })

  test('one that loses most of our rows is held; the next good one clears it', async () => {
    await house.sync('anthropic')
    const before = await house.table('anthropic')
    simulator.models.shrink('anthropic', 4)
    const { outcome, diff, heldId } = await house.sync('anthropic')
    expect(outcome).toBe('held')
    expect(diff?.removed.length).toBeGreaterThan(7)
    expect(await house.table('anthropic')).toBe(before)
    await simulator.reset()
    expect((await house.sync('anthropic')).outcome).toBe('unchanged')
    expect(await house.openAlerts()).toEqual([])
    expect(await house.admin.held({ open: false, limit: 10 })).toMatchObject([{ id: heldId, state: 'superseded' }])
  })

  test('one that loses less is applied', async () => {
    await house.sync('anthropic')
    for (const key of ['claude-opus-4-6', 'claude-opus-4-7', 'claude-opus-4-8', 'claude-sonnet-4-6'])
      simulator.models.remove('anthropic', key)
    expect(await house.sync('anthropic')).toMatchObject({ outcome: 'applied' })
  })

  test('the share is a setting', async () => {
    const strict = await openModelHouse(running.urls, {
      database: house.database,
      environment: { MODEL_SYNC_MAX_LOSS: '10', MODEL_SYNC_MIN_COUNT: '2' },
    })
    simulator.models.remove('anthropic', 'claude-opus-4-6')
    simulator.models.remove('anthropic', 'claude-opus-4-7')
    expect((await strict.sync('anthropic')).outcome).toBe('held')
    await strict.close()
  })

  test('an administrator applies exactly what was shown, once', async () => {
    await house.sync('anthropic')
    simulator.models.shrink('anthropic', 4)
    const { heldId, diff } = await house.sync('anthropic')
    const held = await house.admin.applyHeld(heldId ?? '', ADMIN)
    expect(held).toMatchObject({ state: 'applied', decidedBy: ADMIN.name })
    for (const { key } of diff?.removed ?? [])
      expect(await house.row('anthropic', key)).toMatchObject({ active: false })
    await expect(house.admin.applyHeld(heldId ?? '', ADMIN)).rejects.toMatchObject({ code: 'conflict' })
    await expect(house.admin.dismissHeld(heldId ?? '', ADMIN)).rejects.toMatchObject({ code: 'conflict' })
    expect(await house.openAlerts()).toEqual([])
    const { history } = await house.admin.find({ provider: 'anthropic', key: diff?.removed[0]?.key ?? '' })
    expect(history[0]).toMatchObject({ action: 'removed', actor: ADMIN })
  })

  test('when the catalog changed since, the new difference is shown first', async () => {
    await house.sync('anthropic')
    simulator.models.shrink('anthropic', 4)
    const { heldId, diff } = await house.sync('anthropic')
    const key = diff?.removed[0]?.key ?? ''
    await house.admin.change({ provider: 'anthropic', key }, { active: false }, ADMIN)
    await expect(house.admin.applyHeld(heldId ?? '', ADMIN)).rejects.toMatchObject({ code: 'conflict' })
    const [held] = await house.admin.held({ open: true, limit: 1 })
    expect(held?.diff.removed.map((one) => one.key)).not.toContain(key)
    expect(await house.admin.applyHeld(heldId ?? '', ADMIN)).toMatchObject({ state: 'applied' })
  })

  test('a dismissed one leaves everything as it is', async () => {
    await house.sync('anthropic')
    simulator.models.shrink('anthropic', 4)
    const { heldId } = await house.sync('anthropic')
    const before = await house.table()
    expect(await house.admin.dismissHeld(heldId ?? '', ADMIN)).toMatchObject({ state: 'dismissed' })
    expect(await house.table()).toBe(before)
    expect(await house.openAlerts()).toEqual([])
  })

  test.each(['html', 'html-ok', 'error-in-ok', 'cut', 'reset', 'garbage', 'status:500', 'empty-body', 'bad-key'])(
    'a list that cannot be read (%s) changes nothing and raises an alert, the others go on',
    async (fault) => {
      await house.sync('groq')
      const before = await house.table('groq')
      simulator.addFault({ provider: 'groq', operation: 'models', fault })
      simulator.models.remove('gemini', 'gemini-2.5-pro')
      const run = { id: createId(), trigger: 'schedule' as const, startedBy: null }
      const { results } = await house.life.sync.run(run)
      const outcomes = new Map(results.map((result) => [result.provider, result]))
      expect(outcomes.get('groq')).toMatchObject({ outcome: 'failed', diff: null })
      expect(outcomes.get('groq')?.errorCode).not.toBe('internal')
      expect(outcomes.get('gemini')?.diff?.removed.map(({ key }) => key)).toContain('gemini-2.5-pro')
      expect(await house.table('groq')).toBe(before)
      expect(await house.openAlerts()).toMatchObject([{ kind: 'model-sync-failed', provider: 'groq' }])
      await simulator.reset()
      await house.sync('groq')
      expect(await house.openAlerts()).toEqual([])
    },
  )

  test.each(['null-body', 'empty-object'])('a body without a list (%s) is an empty list, and held', async (fault) => {
    await house.sync('groq')
    const before = await house.table('groq')
    simulator.addFault({ provider: 'groq', operation: 'models', fault })
    expect(['held', 'failed']).toContain((await house.sync('groq')).outcome)
    expect(await house.table('groq')).toBe(before)
    expect(await house.openAlerts()).toHaveLength(1)
  })

  test('a closed port touches nothing', async () => {
    const before = await house.table()
    await simulator.refuse('anthropic', true)
    expect(await house.sync('anthropic')).toMatchObject({ outcome: 'failed', errorCode: 'provider-unreachable' })
    expect(await house.table()).toBe(before)
  })

  test('a list that flaps from one read to the next ends where it began', async () => {
    await house.sync('gemini')
    for (let turn = 0; turn < 4; turn += 1) {
      simulator.models.shrink('gemini', turn % 2 === 0 ? 3 : 0)
      expect((await house.sync('gemini')).outcome).toBe('held')
      await simulator.reset()
      expect((await house.sync('gemini')).outcome).toBe('unchanged')
    }
    const active = house.ai.models.catalog.rows().filter((row) => row.provider === 'gemini' && row.active)
    expect(active.length).toBeGreaterThanOrEqual(17)
    expect(await house.openAlerts()).toEqual([])
  })

  test('hostile rows do no harm', async () => {
    const wild = [
      { id: 'x'.repeat(5_000) },
      { id: 'line\nbreak' },
      { id: 'huge/limit', context_window: 1e300, max_completion_tokens: -5, output_modalities: ['text'] },
      { id: 'half/limit', context_window: 1000.7, output_modalities: ['text'], name: 'a\u0000b' },
      { id: "x'; drop table models; --", output_modalities: ['text'] },
      { id: 42 },
    ]
    for (const row of wild) simulator.models.add('groq', row)
    const { outcome, diff } = await house.sync('groq')
    expect(outcome).toBe('applied')
    expect(diff?.added.map(({ key }) => key).sort()).toEqual(['half/limit', 'huge/limit'])
    expect(await house.row('groq', 'huge/limit')).toMatchObject({ contextLength: null, maxOutputTokens: null })
    expect(await house.row('groq', 'half/limit')).toMatchObject({ contextLength: 1_000, displayName: 'a b' })
  })
})
