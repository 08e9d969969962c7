import { expect, test } from 'vitest'
import { NOTHING } from './figures.ts'
import type { MeasuredGroup, RollupQuestion } from './usage.store.ts'
import { measureWithoutProbes } from './without-probes.ts'

const group = (model: string, start: Date | null, answered: number, failed: number): MeasuredGroup => ({
  ...NOTHING,
  start,
  provider: 'alpha',
  model,
  operation: '',
  attempts: answered + failed,
  answered,
  failed,
  provider_failed: failed,
  cost_microcents: 10,
})
const [eight, nine] = [new Date('2026-11-22T08:00:00Z'), new Date('2026-11-22T09:00:00Z')]
const asked: RollupQuestion[] = []
const store = {
  measure: (question: RollupQuestion) => {
    asked.push(question)
    const { filter } = question
    return Promise.resolve(
      filter.operation === 'probe'
        ? [group('a', nine, 1, 4), group('seen-only', nine, 0, 2)]
        : [group('a', eight, 9, 1), group('a', nine, 6, 4), group('seen-only', nine, 0, 2)],
    )
  },
}
const question: RollupQuestion = {
  period: { fromMs: eight.getTime(), toMs: nine.getTime() + 3_600_000, grain: 'hour' },
  filter: {},
  by: ['provider', 'model'],
  steps: true,
  percentiles: true,
}

test('probes are taken out of calls and failures step by step; what they cost stays', async () => {
  const rows = await measureWithoutProbes(store, question)
  expect(rows).toMatchObject([
    { model: 'a', start: eight, attempts: 10, provider_failed: 1 },
    { model: 'a', start: nine, attempts: 5, answered: 5, provider_failed: 0, cost_microcents: 10 },
  ])
  expect(rows).toHaveLength(2)
})

test.each([
  { ...question, filter: { operation: 'probe' } },
  { ...question, by: ['operation' as const] },
])('who asks for operations is told all: %#', async (other) => {
  asked.length = 0
  await measureWithoutProbes(store, other)
  expect(asked).toEqual([other])
})

test('where nothing but probes was answered, there are no times', async () => {
  const timed = { measure: () => Promise.resolve([{ ...group('', null, 1, 0), p50: 5, p95: 6, first_p50: 1 }]) }
  const [rest] = await measureWithoutProbes(timed, { ...question, by: [], steps: false, percentiles: false })
  expect(rest).toMatchObject({ attempts: 0, answered: 0, cost_microcents: 10, p50: null, p95: null, first_p50: null })
})
