/**
 * What recent calls showed of each model: the ground of `auto:best` and `auto:fastest`. Calls of this process are held in
 * memory; a host that keeps records hands in what it remembers, of other processes and from before the start.
 */
import { ERRORS } from '../../errors.ts'
import type { ModelHealth } from '../routing/preference.ts'
import type { ModelRow } from '../types/models.ts'
import type { AttemptRecord, Meter } from './meter.ts'

interface Sample {
  readonly atMs: number
  readonly failed: boolean
  readonly durationMs: number
}

type Name = Pick<ModelRow, 'provider' | 'key'>

/** Calls that the host remembers. */
export interface RememberedCalls {
  readonly answered: number
  /** By the provider's fault. */
  readonly failed: number
  /** Of answered ones. */
  readonly durationSumMs: number
  /** Calls that ended before this are among them. */
  readonly untilMs: number
}

const REMEMBERED_CALLS = 200
const WINDOW_MS = 3_600_000
const NOTHING: RememberedCalls = { answered: 0, failed: 0, durationSumMs: 0, untilMs: -Infinity }

export interface Statistics extends Meter {
  health(row: Name): ModelHealth
}

/** Only what the provider is to blame for, or what was answered, says something about a model. */
const isTelling = (record: AttemptRecord): boolean =>
  record.outcome === 'answered' ||
  (record.outcome === 'failed' && record.errorCode !== null && ERRORS[record.errorCode].blame === 'provider')

export const createStatistics = (
  now: () => number,
  remembered: (row: Name) => RememberedCalls | null = () => null,
): Statistics => {
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
      const past = remembered(row) ?? NOTHING
      // What the host has is not counted twice.
      const sinceMs = Math.max(now() - WINDOW_MS, past.untilMs)
      const recent = (samples.get(`${row.provider}/${row.key}`) ?? []).filter((one) => one.atMs >= sinceMs)
      const fresh = recent.filter((one) => !one.failed)
      const answered = past.answered + fresh.length
      const requests = past.answered + past.failed + recent.length
      const sumMs = fresh.reduce((sum, one) => sum + one.durationMs, past.durationSumMs)
      return {
        requests,
        errorRate: requests === 0 ? 0 : 1 - answered / requests,
        averageMs: answered === 0 ? null : sumMs / answered,
      }
    },
  }
}
