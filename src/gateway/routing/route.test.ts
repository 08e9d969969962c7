import { expect, test } from 'vitest'
import { row } from '../testing/scripted-caller.ts'
import type { ModelRow } from '../types/models.ts'
import type { Needs } from './needs.ts'
import { route, type OwnChain, type RouteRequest } from './route.ts'

const price = (usd: number) => ({ prices: { inputPerMillion: usd, outputPerMillion: usd } })
const chosen = row('alpha/big', { ...price(8), contextLength: 100_000 })
const rows = [
  chosen,
  row('alpha/middle', price(4)),
  row('alpha/small', price(1)),
  row('alpha/dearer', price(20)),
  row('beta/near', price(8)),
  row('beta/far', price(0.1)),
  row('gamma/only', price(3)),
  row('offline/basic', price(0)),
]
const needs: Needs = {
  operation: 'chat',
  modalities: ['text'],
  capabilities: [],
  inputTokens: () => 100,
  minimumOutputTokens: 512,
  parameters: ['temperature'],
}
const ask = (more: Partial<RouteRequest> = {}) =>
  route({
    chosen: { row: chosen },
    needs,
    fallbacks: undefined,
    rows,
    lastResort: [],
    byNameOnly: ['offline'],
    parameterPolicy: 'adapt',
    limits: { unknownContext: 8_192, unknownOutput: 2_048 },
    maxTargets: 6,
    sameProviderTargets: 2,
    unavailable: () => null,
    health: () => ({ requests: 0, errorRate: 0, averageMs: null }),
    lives: () => null,
    chance: null,
    ...more,
  })
const own = (list: readonly ModelRow[]): OwnChain => ({ rows: list, reason: 'own', lastResort: false })
const names = (found: ReturnType<typeof route>): string[] =>
  found.targets.map((target) => `${target.row.provider}/${target.row.key}`)
const whySkipped = (model: ModelRow, more: Partial<RouteRequest> = {}) =>
  ask({ chosen: { row: model }, fallbacks: own([]), ...more }).skipped.map((one) => one.kind)

test('the chosen one, cheaper ones of its provider, the nearest of each other provider, and never the built-in', () => {
  expect(names(ask())).toEqual(['alpha/big', 'alpha/middle', 'alpha/small', 'beta/near', 'gamma/only'])
})

test('what nobody knows the price of is never said to cost no more', () => {
  const unpriced = row('alpha/unpriced', { prices: null, creditMultiplier: 6 })
  expect(names(ask({ rows: [...rows, unpriced] }))).toEqual(names(ask()))
  // Where the chosen one's own price is unknown, what its user pays is compared.
  const dear = row('alpha/unpriced-too', { prices: null, creditMultiplier: 7 })
  const asked = ask({ chosen: { row: unpriced }, rows: [...rows, unpriced, dear] })
  expect(names(asked)).not.toContain('alpha/unpriced-too')
})

test('where nobody chose, models that were seen to answer stand before those that nobody asked, and these before refused ones', () => {
  const lives = (model: ModelRow): boolean | null =>
    ['middle', 'near'].includes(model.key) ? false : model.key === 'small' ? null : true
  expect(names(ask({ lives }))).toEqual(['alpha/big', 'alpha/small', 'alpha/middle', 'gamma/only', 'beta/far'])
  // What somebody chose or wrote into a chain keeps its place.
  expect(names(ask({ lives, fallbacks: own(rows.filter(({ key }) => ['near', 'far'].includes(key))) }))).toEqual([
    'alpha/big',
    'beta/near',
    'beta/far',
  ])
})

test('the last resort stands at the end and is not asked twice', () => {
  const last = rows.find((one) => one.key === 'far')
  expect(names(ask({ lastResort: last === undefined ? [] : [last, chosen] })).at(-1)).toBe('beta/far')
})

test('the caller’s own list replaces the chain', () => {
  expect(names(ask({ fallbacks: own(rows.filter((one) => one.key === 'dearer')) }))).toEqual([
    'alpha/big',
    'alpha/dearer',
  ])
  expect(names(ask({ fallbacks: own([]) }))).toEqual(['alpha/big'])
})

test('every target left out carries its reason', () => {
  expect(whySkipped({ ...chosen, active: false, removalReason: 'gone' })).toEqual(['inactive'])
  expect(whySkipped(chosen, { needs: { ...needs, operation: 'embed' } })).toEqual(['operation'])
  expect(whySkipped(chosen, { needs: { ...needs, modalities: ['image'] } })).toEqual(['modality'])
  expect(whySkipped(chosen, { needs: { ...needs, capabilities: ['tools'] } })).toEqual(['capability'])
  expect(whySkipped(chosen, { needs: { ...needs, inputTokens: () => 99_600 } })).toEqual(['context'])
  expect(whySkipped(chosen, { needs: { ...needs, minimumOutputTokens: 5_000 } })).toEqual(['output'])
  const picky = { ...chosen, rules: { drop: ['temperature'] } }
  expect(whySkipped(picky, { parameterPolicy: 'refuse' })).toEqual(['parameter'])
  expect(whySkipped(picky)).toEqual([])
  const resting = { kind: 'resting', code: 'target-unavailable', reason: 'rests' } as const
  expect(whySkipped(chosen, { unavailable: () => resting })).toEqual(['resting'])
})

test('auto takes the cheapest, the fastest that was measured, or the most reliable', () => {
  const health = (model: ModelRow) => ({
    requests: 100,
    errorRate: model.key === 'dearer' ? 0.3 : 0.01,
    averageMs: model.key === 'only' ? 300 : 900,
  })
  expect(names(ask({ chosen: { preference: 'fastest' }, health }))[0]).toBe('gamma/only')
  expect(names(ask({ chosen: { preference: 'cheapest' }, health }))[0]).toBe('beta/far')
  const best = names(ask({ chosen: { preference: 'best' }, health, maxTargets: 20 }))
  expect(best.at(-1)).toBe('alpha/dearer')
  expect(best).not.toContain('offline/basic')
})
