/**
 * A fortnight of calls to models that looks like life: busy by day, models liked more and less, one that falls ill two
 * days before the end, one bad evening of a whole provider. The same every time, so that pictures and tests can rely on it.
 */
import type { AttemptRecord } from '../../src/gateway/index.ts'

export interface HistoryModel {
  readonly provider: string
  readonly model: string
  /** USD per million tokens; null is unknown. */
  readonly inputPerMillion: number | null
  readonly outputPerMillion: number | null
}

interface HistoryOptions {
  readonly models: readonly HistoryModel[]
  readonly days: number
  readonly nowMs: number
  readonly userIds: readonly string[]
  /** Calls of the most popular model in its busiest hour. */
  readonly busiest: number
}

const HOUR_MS = 3_600_000
const MICROCENTS_PER_USD = 100_000_000

/** Mulberry32: small, even enough, and the same on every machine. */
const createRandom = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Failure {
  readonly errorCode:
    'provider-overloaded' | 'provider-rate-limited' | 'provider-timeout' | 'provider-unreachable' | 'context-too-long'
  readonly status: number | null
  readonly message: string
}

const failures: readonly Failure[] = [
  { errorCode: 'provider-overloaded', status: 503, message: 'The model is overloaded. Please try again later.' },
  {
    errorCode: 'provider-rate-limited',
    status: 429,
    message: 'Rate limit reached for requests per minute: limit 60, used 60.',
  },
  { errorCode: 'provider-timeout', status: null, message: 'No answer within 60 s' },
]
const tooLong: Failure = {
  errorCode: 'context-too-long',
  status: 400,
  message: 'This model’s maximum context length is 8192 tokens, however you requested 9120 tokens.',
}

const operations = [
  'enhancement',
  'enhancement',
  'enhancement',
  'summary',
  'summary',
  'lecture_notes',
  'translation',
  'chat',
]

/** Few calls at night, most in the early afternoon (UTC); fewer at weekends. */
const busyness = (atMs: number): number => {
  const date = new Date(atMs)
  const day = Math.max(0.06, Math.sin(((date.getUTCHours() - 5) / 18) * Math.PI))
  return day * ([0, 6].includes(date.getUTCDay()) ? 0.45 : 1)
}

/** Share of calls that fail by their provider's fault. */
const illness = (index: number, provider: string, firstProvider: string, hoursAgo: number): number => {
  if (index === 4 && hoursAgo < 46) return 0.24
  if (provider === firstProvider && hoursAgo > 120 && hoursAgo < 125) return 0.38
  return [0.004, 0.011, 0.006, 0.019, 0.012, 0.003, 0.03, 0.008][index % 8] ?? 0.01
}

/** In the order of time. */
export const usageHistory = (options: HistoryOptions): AttemptRecord[] => {
  const { models, days, nowMs, userIds, busiest } = options
  const random = createRandom(20_261_122)
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item
  const firstProvider = models[0]?.provider ?? ''
  const end = nowMs - 60_000
  const records: AttemptRecord[] = []

  const one = (model: HistoryModel, index: number, startedAtMs: number): AttemptRecord => {
    const hoursAgo = (end - startedAtMs) / HOUR_MS
    const ill = illness(index, model.provider, firstProvider, hoursAgo)
    const drawn = random()
    const failure = drawn < ill ? failures[drawn < ill * 0.6 ? 0 : drawn < ill * 0.85 ? 1 : 2] : undefined
    const refused = failure ?? (random() < 0.006 ? tooLong : undefined)
    const inputTokens = Math.round(400 + random() ** 2 * 7_000)
    const outputTokens = Math.round(120 + random() ** 2 * 1_800)
    // Log-normal around the model's own pace, slower while it is ill.
    const pace = (700 + ((index * 613) % 2_600)) * (ill > 0.2 ? 1.9 : 1)
    const spread = Math.exp((random() + random() + random() - 1.5) * 0.9)
    const durationMs = Math.round(pace * spread * (0.6 + outputTokens / 1_500))
    const { inputPerMillion, outputPerMillion } = model
    const cost =
      inputPerMillion === null || outputPerMillion === null
        ? null
        : Math.round(((inputTokens * inputPerMillion + outputTokens * outputPerMillion) / 1e6) * MICROCENTS_PER_USD)
    const requestId = `demo-${startedAtMs.toString(36)}-${Math.floor(random() * 1e9).toString(36)}`
    return {
      provider: model.provider,
      model: model.model,
      requestId,
      operation: 'chat',
      credentialId: 'demo',
      credential: 'default',
      labels: { operation: pick(operations), userId: pick(userIds) },
      request: { messages: [{ role: 'user', content: 'x'.repeat(inputTokens * 4) }], maxOutputTokens: 4_096 },
      reason: 'Chosen by the user',
      startedAtMs,
      durationMs:
        refused === undefined ? durationMs : refused.errorCode === 'provider-timeout' ? 60_000 : 180 + random() * 400,
      firstTokenMs: refused === undefined ? Math.round(pace * 0.3 * spread) : null,
      outcome: refused === undefined ? 'answered' : 'failed',
      errorCode: refused?.errorCode ?? null,
      errorMessage: refused?.message ?? null,
      status: refused?.status ?? 200,
      usage:
        refused === undefined
          ? {
              inputTokens,
              outputTokens,
              cachedInputTokens: random() < 0.3 ? Math.round(inputTokens / 3) : 0,
              cacheWriteTokens: 0,
              reasoningTokens: 0,
              reported: true,
            }
          : null,
      costMicrocents: refused === undefined ? cost : null,
    }
  }

  for (let hourMs = end - days * 24 * HOUR_MS; hourMs < end; hourMs += HOUR_MS) {
    models.forEach((model, index) => {
      // Popularity falls by a third from one model to the next.
      const calls = Math.round(busiest * 0.68 ** index * busyness(hourMs) * (0.7 + random() * 0.6))
      for (let call = 0; call < calls; call += 1) {
        const at = hourMs + Math.floor(random() * HOUR_MS)
        if (at < end) records.push(one(model, index, at))
      }
    })
  }
  return records.sort((left, right) => left.startedAtMs - right.startedAtMs)
}
