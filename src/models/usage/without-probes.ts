/**
 * Figures without the questions that the server asked by itself. They show whether one model answers, and most of those asked
 * are models that nobody saw answer yet: their refusals say nothing of how models do for users. What they cost still counts.
 */
import { CALL_COLUMNS } from './sum-columns.ts'
import type { MeasuredGroup, RollupQuestion, UsageStore } from './usage.store.ts'

/** The operation that probes are recorded under. */
export const PROBE = 'probe'

const keyOf = ({ start, provider, model }: MeasuredGroup): string =>
  JSON.stringify([start?.getTime() ?? null, provider, model])

/** Percentiles stay those of all calls: they cannot be taken apart again. */
const subtract = (all: readonly MeasuredGroup[], probes: readonly MeasuredGroup[], named: boolean): MeasuredGroup[] => {
  const byKey = new Map(probes.map((group) => [keyOf(group), group]))
  return all.flatMap((group) => {
    const own = byKey.get(keyOf(group))
    if (own === undefined) return [group]
    const counts = Object.fromEntries(CALL_COLUMNS.map((name) => [name, Math.max(0, group[name] - own[name])]))
    const rest = { ...group, ...counts }
    // A model that only a check asked is none that was used.
    return named && rest.attempts === 0 ? [] : [rest]
  })
}

/** Where probes are asked for by name they are told; by the minute they cannot be told apart. */
const holdsProbes = ({ period, filter, by }: RollupQuestion): boolean =>
  period.grain === 'minute' || filter.operation !== undefined || by.includes('operation')

export const measureWithoutProbes = async (
  store: Pick<UsageStore, 'measure'>,
  question: RollupQuestion,
): Promise<MeasuredGroup[]> => {
  if (holdsProbes(question)) return store.measure(question)
  const ofProbes = { ...question, filter: { ...question.filter, operation: PROBE }, percentiles: false }
  const [all, probes] = await Promise.all([store.measure(question), store.measure(ofProbes)])
  return subtract(all, probes, question.by.length > 0)
}
