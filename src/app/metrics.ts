/**
 * Metrics for Prometheus. Counters are of this process, as Prometheus wants them; what the database knows (queue,
 * credits, losses) is read when they are asked for. `docs/metrics.md` is written from the names here.
 */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import { ERRORS } from '../errors.ts'
import type { AttemptRecord, Meter } from '../gateway/index.ts'
import type { QueueLoad } from '../jobs/queue-load.store.ts'
import type { RecorderCounts } from '../models/usage/recorder/recorder.ts'
import type { CreditTotals } from './metrics.store.ts'

export interface AnsweredRequest {
  readonly method: string
  /** The route's pattern, never the address itself: addresses are without number. */
  readonly route: string
  readonly status: number
  readonly durationMs: number
}
export interface EndedJob {
  readonly job: string
  readonly outcome: 'done' | 'failed' | 'stopped'
  readonly durationMs: number
}
/** What is read at the moment of asking. */
export interface MetricsState {
  readonly breakers: readonly { provider: string; model: string | null; state: 'open' | 'half-open' }[]
  readonly queue: readonly QueueLoad[]
  readonly recorder: RecorderCounts
  readonly credits: CreditTotals
}

export interface Metrics {
  readonly meter: Meter
  readonly contentType: string
  answered(request: AnsweredRequest): void
  jobEnded(job: EndedJob): void
  /** In the text format of Prometheus. */
  text(state: MetricsState): Promise<string>
  /** Every metric of our own: name, type, help, labels. */
  describe(): Promise<{ name: string; type: string; help: string }[]>
}

const AI_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640]
const FIRST_TOKEN_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32]
const HTTP_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1, 3, 10, 30]
const JOB_SECONDS = [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 14_400]
const MICROCENTS_PER_USD = 100_000_000
const BREAKER_STATE = { 'half-open': 1, open: 2 } as const

const createAttemptMetrics = (registers: [Registry]) => ({
  attempts: new Counter({
    name: 'mp4totext_ai_attempts_total',
    help: 'Calls to models, by how they ended',
    labelNames: ['provider', 'model', 'operation', 'outcome'],
    registers,
  }),
  errors: new Counter({
    name: 'mp4totext_ai_errors_total',
    help: 'Failed calls to models by error code, and by who must change something: caller, provider or us',
    labelNames: ['provider', 'model', 'code', 'blame'],
    registers,
  }),
  seconds: new Histogram({
    name: 'mp4totext_ai_attempt_duration_seconds',
    help: 'Time of answered calls to models',
    labelNames: ['provider', 'model'],
    buckets: AI_SECONDS,
    registers,
  }),
  firstToken: new Histogram({
    name: 'mp4totext_ai_first_token_seconds',
    help: 'Time to the first token of answered calls to models',
    labelNames: ['provider', 'model'],
    buckets: FIRST_TOKEN_SECONDS,
    registers,
  }),
  tokens: new Counter({
    name: 'mp4totext_ai_tokens_total',
    help: 'Tokens by kind; cached ones are part of input, reasoning is part of output',
    labelNames: ['provider', 'model', 'kind'],
    registers,
  }),
  cost: new Counter({
    name: 'mp4totext_ai_cost_usd_total',
    help: 'Cost of calls to models in USD, as far as prices are known',
    labelNames: ['provider', 'model'],
    registers,
  }),
  unpriced: new Counter({
    name: 'mp4totext_ai_unpriced_total',
    help: 'Answered calls to models whose cost nobody knows',
    labelNames: ['provider', 'model'],
    registers,
  }),
})

const createServerMetrics = (registers: [Registry]) => ({
  requests: new Counter({
    name: 'mp4totext_http_requests_total',
    help: 'Answered HTTP requests',
    labelNames: ['method', 'route', 'status'],
    registers,
  }),
  requestSeconds: new Histogram({
    name: 'mp4totext_http_request_duration_seconds',
    help: 'Time from an HTTP request to the end of its answer',
    labelNames: ['method', 'route'],
    buckets: HTTP_SECONDS,
    registers,
  }),
  jobs: new Histogram({
    name: 'mp4totext_job_duration_seconds',
    help: 'Time of jobs by how they ended: done, failed, or stopped to be gone on with later',
    labelNames: ['queue', 'outcome'],
    buckets: JOB_SECONDS,
    registers,
  }),
})

const createStateMetrics = (registers: [Registry]) => {
  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
    new Gauge({ name: `mp4totext_${name}`, help, labelNames, registers })
  return {
    breakers: gauge('breaker_state', 'Models that are kept from calls: 2 open, 1 half open; closed ones are left out', [
      'provider',
      'model',
    ]),
    queueJobs: gauge('queue_jobs', 'Jobs in the queue of all processes', ['queue', 'state']),
    queueOldest: gauge('queue_oldest_seconds', 'How long the oldest job waits that could run', ['queue']),
    recorded: gauge('usage_recorded', 'Records of calls that are in the database, of all processes in the last day'),
    dropped: gauge('usage_dropped', 'Records of calls that were lost, of all processes in the last day'),
    waiting: gauge('usage_waiting', 'Records of calls that wait for the database, of all processes'),
    balance: gauge('credits_balance', 'Credits of all users'),
    held: gauge('credits_held', 'Credits that are reserved for work under way'),
    spent: gauge('credits_spent_month', 'Credits that were spent this month'),
  }
}

const countAttempt = (metrics: ReturnType<typeof createAttemptMetrics>, record: AttemptRecord): void => {
  const { provider, model, outcome, errorCode, usage, costMicrocents } = record
  const operation = record.labels['operation'] ?? record.operation
  const target = { provider, model }
  metrics.attempts.inc({ ...target, operation, outcome })
  if (outcome === 'failed' && errorCode !== null)
    metrics.errors.inc({ ...target, code: errorCode, blame: ERRORS[errorCode].blame })
  if (usage !== null) {
    metrics.tokens.inc({ ...target, kind: 'input' }, usage.inputTokens)
    metrics.tokens.inc({ ...target, kind: 'cached' }, usage.cachedInputTokens)
    metrics.tokens.inc({ ...target, kind: 'output' }, usage.outputTokens)
    metrics.tokens.inc({ ...target, kind: 'reasoning' }, usage.reasoningTokens)
  }
  if (costMicrocents !== null) metrics.cost.inc(target, costMicrocents / MICROCENTS_PER_USD)
  if (outcome !== 'answered') return
  if (costMicrocents === null) metrics.unpriced.inc(target)
  metrics.seconds.observe(target, record.durationMs / 1_000)
  if (record.firstTokenMs !== null) metrics.firstToken.observe(target, record.firstTokenMs / 1_000)
}

const setState = (metrics: ReturnType<typeof createStateMetrics>, state: MetricsState): void => {
  metrics.breakers.reset()
  for (const { provider, model, state: is } of state.breakers)
    metrics.breakers.set({ provider, model: model ?? '' }, BREAKER_STATE[is])
  for (const { name, waiting, running, failed, oldestMs } of state.queue) {
    metrics.queueJobs.set({ queue: name, state: 'waiting' }, waiting)
    metrics.queueJobs.set({ queue: name, state: 'running' }, running)
    metrics.queueJobs.set({ queue: name, state: 'failed' }, failed)
    metrics.queueOldest.set({ queue: name }, (oldestMs ?? 0) / 1_000)
  }
  metrics.recorded.set(state.recorder.recorded)
  metrics.dropped.set(state.recorder.dropped)
  metrics.waiting.set(state.recorder.waiting)
  metrics.balance.set(state.credits.balance)
  metrics.held.set(state.credits.held)
  metrics.spent.set(state.credits.spent)
}

export const createMetrics = (): Metrics => {
  // One of its own: several servers may live in one process.
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const attempts = createAttemptMetrics([registry])
  const server = createServerMetrics([registry])
  const state = createStateMetrics([registry])
  return {
    meter: { record: (record) => countAttempt(attempts, record) },
    contentType: registry.contentType,
    answered({ method, route, status, durationMs }) {
      server.requests.inc({ method, route, status: String(status) })
      server.requestSeconds.observe({ method, route }, durationMs / 1_000)
    },
    jobEnded: ({ job: queue, outcome, durationMs }) => server.jobs.observe({ queue, outcome }, durationMs / 1_000),
    text(now) {
      setState(state, now)
      return registry.metrics()
    },
    async describe() {
      const all = await registry.getMetricsAsJSON()
      return all
        .filter(({ name }) => name.startsWith('mp4totext_'))
        .map(({ name, type, help }) => ({ name, type: String(type), help }))
    },
  }
}
