/** Answers that a model gave above its learned limit: the limit is at least what was answered. */
import type { Catalog, Meter } from '../../gateway/index.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { LimitTrials } from './limit-trials.store.ts'

export interface LimitEvidenceDeps {
  readonly catalog: Pick<Catalog, 'find'>
  readonly trials: Pick<LimitTrials, 'noteTrial'>
  readonly refresh: () => Promise<void>
  readonly clock: Clock
  readonly logger: Pick<Logger, 'warn'>
}

/** To be given to the gateway. Only rows whose limit was learned are changed; the store sees to that. */
export const createLimitEvidence = ({ catalog, trials, refresh, clock, logger }: LimitEvidenceDeps): Meter => {
  const largest = new Map<string, number>()
  return {
    record({ provider, model, operation, outcome, usage }) {
      if (operation !== 'chat' || outcome !== 'answered' || usage?.reported !== true) return
      const name = `${provider}/${model}`
      const row = catalog.find(name)
      const tokens = usage.inputTokens + usage.outputTokens
      if (row === null || tokens <= Math.max(row.contextLength ?? Infinity, largest.get(name) ?? 0)) return
      largest.set(name, tokens)
      trials
        .noteTrial(row, { tokens, outcome: 'answered' }, new Date(clock.now()))
        .then((isNews) => (isNews ? refresh() : undefined))
        .catch((error: unknown) => logger.warn({ error }, `That ${name} takes more than was learned could not be kept`))
    },
  }
}
