import { expect, test } from 'vitest'
import { createCatalog } from '../gateway/catalog/catalog.ts'
import type { ProviderAccess } from '../gateway/resilience/door/credential-pool.ts'
import { row } from '../gateway/testing/scripted-caller.ts'
import { createModelChoice } from './model-choice.ts'
import { createTextRoom } from './text-room.ts'

const key = { id: 'k', name: 'k', provider: 'far', secret: () => '', weight: 1 }
const rows = [row('far/big'), row('offline/basic'), row('near/off', { active: false })]

const choose = (access: Readonly<Record<string, ProviderAccess>>) =>
  createModelChoice({
    catalog: createCatalog(rows),
    access: (provider) => access[provider] ?? null,
    byNameOnly: ['offline'],
  })

const reachable = (credentials: readonly (typeof key)[], needsCredential = true): ProviderAccess => ({
  baseUrl: '',
  needsCredential,
  credentials,
})

test.each([
  ['a key is there', { far: reachable([key]) }, 'auto:best'],
  ['no key is needed', { far: reachable([], false) }, 'auto:best'],
  ['the key is missing', { far: reachable([]) }, 'offline/basic'],
  ['nobody is configured', {}, 'offline/basic'],
  ['only a model that is switched off is there', { near: reachable([], false) }, 'offline/basic'],
])('"best", when %s', (_when, access, expected) => {
  expect(choose(access)('auto:best')).toBe(expected)
})

test('a named model is taken as named, there or not', () => {
  expect(choose({})('far/big')).toBe('far/big')
})

test('room is left for the answer, and an unknown model gets little', async () => {
  const small = row('far/small', { contextLength: 2_048, maxOutputTokens: 2_048 })
  const unknown = row('far/unknown', { contextLength: null, maxOutputTokens: null })
  const textRoom = createTextRoom({
    catalog: createCatalog([small, unknown]),
    counter: { text: (_row, text) => text.length },
    firstChoice: () => null,
  })
  const room = await textRoom('far/small')
  expect(room.inputTokens + room.outputTokens).toBeLessThan(2_048)
  expect(room.outputTokens).toBeGreaterThan(500)
  expect((await textRoom('far/unknown')).inputTokens).toBeLessThan(8_192)
})

test('where the choice is left to us, the room is that of who would be asked now, and of nobody by name', async () => {
  const tiny = row('far/tiny', { contextLength: 2_048, maxOutputTokens: 2_048 })
  const huge = row('far/huge', { contextLength: 1_000_000, maxOutputTokens: 64_000 })
  const textRoom = createTextRoom({
    catalog: createCatalog([tiny, huge]),
    counter: { text: (_row, text) => text.length },
    firstChoice: (preference) => (preference === 'cheapest' ? tiny : preference === 'best' ? huge : null),
  })
  const cheapest = await textRoom('auto:cheapest')
  expect(cheapest).toMatchObject({ model: null, contextLength: 2_048 })
  expect(cheapest.inputTokens + cheapest.outputTokens).toBeLessThan(2_048)
  const best = await textRoom('auto:best')
  expect(best).toMatchObject({ model: null, contextLength: 1_000_000, outputTokens: 8_192 })
  expect(best.inputTokens).toBeGreaterThan(500_000)
  // What was found out by a refusal counts, but raises nothing.
  expect(await textRoom('auto:best', 4_096)).toMatchObject({ contextLength: 4_096 })
  expect(await textRoom('auto:cheapest', 4_096)).toMatchObject({ contextLength: 2_048 })
  const nobody = await textRoom('auto:fastest')
  expect(nobody).toMatchObject({ model: null, contextLength: null })
  expect(nobody.inputTokens + nobody.outputTokens).toBeLessThan(8_192)
})
