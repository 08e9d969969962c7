/** What a check of the catalog has looked at so far, over all providers. */
import type { SyncRunView } from '../sync/provider-results.tsx'

export interface RunCounts {
  /** Rows whose last check a list renewed. */
  byList: number
  due: number
  asked: number
  answered: number
  left: number
  unpriced: number
  costUsd: number
}

export const countRun = ({ results }: Pick<SyncRunView, 'results'>): RunCounts => {
  const sum = (read: (result: SyncRunView['results'][number]) => number | null | undefined): number =>
    results.reduce((total, result) => total + (read(result) ?? 0), 0)
  return {
    byList: sum(({ checked }) => checked),
    due: sum(({ probes }) => probes?.due),
    asked: sum(({ probes }) => probes?.asked),
    answered: sum(({ probes }) => probes?.answered),
    left: sum(({ probes }) => probes?.left),
    unpriced: sum(({ probes }) => probes?.unpriced),
    costUsd: sum(({ probes }) => probes?.costUsd),
  }
}
