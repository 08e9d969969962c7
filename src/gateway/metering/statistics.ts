/** What recent calls showed of each model, in memory: the ground of `auto:best` and `auto:fastest`. */
import { ERRORS } from '../../errors.ts'
import type { ModelHealth } from '../routing/preference.ts'
import type { ModelRow } from '../types.ts'
import type { AttemptRecord, Meter } from './meter.ts'

interface Sample {
  readonly atMs: number
  readonly failed: boolean
  readonly durationMs: number
}

const REMEMBERED_CALLS = 200
const WINDOW_MS = 3_600_000

export interface Statistics extends Meter {
  health(row: Pick<ModelRow, 'provider' | 'key'>): ModelHealth
}

/** Only what the provider is to blame for, or what was answered, says something about a model. */
const isTelling = (record: AttemptRecord): boolean =>
  record.outcome === 'answered' ||
  (record.outcome === 'failed' && record.errorCode !== null && ERRORS[record.errorCode].blame === 'provider')

export const createStatistics = (now: () => number): Statistics => {
  const samples = new Map<string, Sample[]>()
  return {
    record(record) {
      if (!isTelling(record)) return
      const key = `${record.provider}/${record.model}`
      const list = samples.get(key) ?? []
      list.push({ atMs: now(), failed: record.outcome === 'failed', durationMs: record.durationMs })
      if (list.length > REMEMBERED_CALLS) list.shift()
      samples.set(key, list)
    },
    health(row) {
      const recent = (samples.get(`${row.provider}/${row.key}`) ?? []).filter((one) => now() - one.atMs <= WINDOW_MS)
      const answered = recent.filter((one) => !one.failed)
      return {
        requests: recent.length,
        errorRate: recent.length === 0 ? 0 : 1 - answered.length / recent.length,
        averageMs:
          answered.length === 0 ? null : answered.reduce((sum, one) => sum + one.durationMs, 0) / answered.length,
      }
    },
  }
}
