/**
 * Figures without the questions that the server asked by itself. They show whether one model answers, and most of those asked
 * are models that nobody saw answer yet: their refusals say nothing of how models do for users. What they cost still counts.
 */
import { stepsOf } from './period.ts'
import { CALL_COLUMNS } from './sum-columns.ts'
import type { MeasuredGroup, RollupQuestion, UsageStore } from './usage.store.ts'

/** The operation that probes are recorded under. */
export const PROBE = 'probe'

const keyOf = ({ start, provider, model }: MeasuredGroup): string =>
  JSON.stringify([start?.getTime() ?? null, provider, model])

const NO_TIMES = { p50: null, p95: null, first_p50: null, first_p95: null }

/** Percentiles cannot be taken apart again: they stay those of all calls, while any of them was none of a probe. */
const subtract = (all: readonly MeasuredGroup[], probes: readonly MeasuredGroup[], named: boolean): MeasuredGroup[] => {
  const byKey = new Map(probes.map((group) => [keyOf(group), group]))
  return all.flatMap((group) => {
    const own = byKey.get(keyOf(group))
    if (own === undefined) return [group]
    const counts = Object.fromEntries(CALL_COLUMNS.map((name) => [name, Math.max(0, group[name] - own[name])]))
    const answered = group.answered - own.answered
    const rest = { ...group, ...counts, ...(answered <= 0 && NO_TIMES) }
    // A model that only a check asked is none that was used.
    return named && rest.attempts === 0 ? [] : [rest]
  })
}

/** Where operations are asked for by name, probes are told as one of them. */
const holdsProbes = ({ filter, by }: RollupQuestion): boolean =>
  filter.operation !== undefined || by.includes('operation')

/** So many steps, each with a row for every operation, are added up in a few milliseconds. */
const FEW_STEPS = 200
const canCountApart = ({ period, by, percentiles }: RollupQuestion): boolean =>
  percentiles && by.length === 0 && stepsOf(period).length <= FEW_STEPS

/** Percentiles of all other calls in place of those with probes. */
const withTimesOf = (rows: readonly MeasuredGroup[], others: readonly MeasuredGroup[]): MeasuredGroup[] => {
  const byKey = new Map(others.map((group) => [keyOf(group), group]))
  return rows.map((row) => {
    const other = byKey.get(keyOf(row))
    if (other === undefined) return row
    const { p50, p95, first_p50, first_p95 } = other
    return { ...row, p50, p95, first_p50, first_p95 }
  })
}

export const measureWithoutProbes = async (
  store: Pick<UsageStore, 'measure'>,
  question: RollupQuestion,
): Promise<MeasuredGroup[]> => {
  if (holdsProbes(question)) return store.measure(question)
  const ofProbes = { ...question, filter: { ...question.filter, operation: PROBE }, percentiles: false }
  const [all, probes] = await Promise.all([store.measure(question), store.measure(ofProbes)])
  const rows = subtract(all, probes, question.by.length > 0)
  if (probes.length === 0 || !canCountApart(question)) return rows
  const others = await store.measure({ ...question, filter: { ...question.filter, exceptOperation: PROBE } })
  return withTimesOf(rows, others)
}
