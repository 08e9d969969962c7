/** Metrics and traces at their places: around requests, around jobs, and beside every call to a model. */
import type { Config } from '../config.ts'
import type { Meter } from '../gateway/index.ts'
import type { RequestObserver } from '../http/observe.ts'
import type { JobRegistration } from '../jobs/registry.ts'
import type { Clock } from '../lib/clock.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { createTracing, type Tracing } from './tracing.ts'

export interface Observation {
  readonly metrics: Metrics
  readonly meters: readonly Meter[]
  readonly observer: RequestObserver
  /** The same handlers, seen. */
  aroundJobs(handlers: readonly JobRegistration[]): readonly JobRegistration[]
  close(): Promise<void>
}

const observeRequests = (metrics: Metrics, tracing: Tracing | null): RequestObserver => ({
  begin({ method, route, ...rest }, next) {
    const end = tracing?.beginRequest({ method, route, ...rest }, next)
    if (tracing === null) next()
    return ({ status, durationMs }) => {
      end?.(status)
      metrics.answered({ method, route, status, durationMs })
    }
  },
})

const observeJob = (metrics: Metrics, tracing: Tracing | null, clock: Clock) => {
  return ({ definition, handler }: JobRegistration): JobRegistration => ({
    definition,
    async handler(context) {
      const startedAtMs = clock.now()
      const ended = (outcome: 'done' | 'failed' | 'stopped'): void =>
        metrics.jobEnded({ job: definition.name, outcome, durationMs: clock.now() - startedAtMs })
      try {
        await (tracing === null
          ? handler(context)
          : tracing.aroundJob(definition.name, context.jobId, () => handler(context)))
        ended('done')
      } catch (error) {
        ended(context.signal.aborted ? 'stopped' : 'failed')
        throw error
      }
    },
  })
}

interface Dependencies {
  readonly config: Pick<Config, 'monitoring'>
  readonly version: string
  readonly clock: Clock
}

export const createObservation = async ({ config, version, clock }: Dependencies): Promise<Observation> => {
  const { traces } = config.monitoring
  const metrics = createMetrics()
  const tracing = traces === undefined ? null : await createTracing(traces, version)
  return {
    metrics,
    meters: tracing === null ? [metrics.meter] : [metrics.meter, tracing.meter],
    observer: observeRequests(metrics, tracing),
    aroundJobs: (handlers) => handlers.map(observeJob(metrics, tracing, clock)),
    close: async () => tracing?.close(),
  }
}
