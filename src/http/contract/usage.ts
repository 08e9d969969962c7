/** What calls to models took: figures over a period, by model, provider, operation or user, and as they happen. */
import { z } from 'zod'
import { defineRoute, timestamp } from './route.ts'

const tag = 'admin'

export const usagePeriods = ['1h', '24h', '7d', '30d', '90d'] as const
export const usageGrains = ['minute', 'hour', 'day'] as const
export const usageDimensions = ['model', 'provider', 'operation', 'user'] as const
export const usageSorts = [
  'attempts',
  'errorRate',
  'failed',
  'p50Ms',
  'p95Ms',
  'firstTokenP50Ms',
  'inputTokens',
  'outputTokens',
  'cost',
  'name',
] as const

const name = z.string().trim().min(1).max(200)

/** A period by name, or `from` and `to`; both ends are moved outwards to whole minutes, hours or days (UTC). */
export const periodQuery = {
  period: z.enum(usagePeriods).default('24h'),
  from: timestamp.optional(),
  to: timestamp.optional(),
}
const filterQuery = {
  provider: name.optional(),
  /** The key at its provider; needs `provider`. */
  model: name.optional(),
  /** What the call was for: `enhance`, `summarize`, `chat`, `transcribe`, `probe` … */
  operation: name.optional(),
}

/** Percentiles are exact to 4 %. Null where there is nothing to say. */
export const usageFiguresSchema = z.object({
  attempts: z.int(),
  answered: z.int(),
  failed: z.int(),
  /** Of the failed: those that the provider is to blame for. Only they count in `errorRate`. */
  providerFailed: z.int(),
  cancelled: z.int(),
  /** Not sent: an open breaker, a resting key, a spent limit. */
  skipped: z.int(),
  /** `providerFailed / (answered + providerFailed)`. */
  errorRate: z.number().nullable(),
  /** Time of an answer, from the call to its end. */
  averageMs: z.number().nullable(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  /** Time to the first token of an answer. */
  firstTokenP50Ms: z.number().nullable(),
  firstTokenP95Ms: z.number().nullable(),
  inputTokens: z.int(),
  /** Part of `inputTokens`. */
  cachedTokens: z.int(),
  outputTokens: z.int(),
  /** Part of `outputTokens`. */
  reasoningTokens: z.int(),
  costUsd: z.number(),
  /** Attempts that used tokens whose price nobody knows: the true cost is higher than `costUsd`. */
  unpriced: z.int(),
})
export type UsageFigures = z.infer<typeof usageFiguresSchema>

/** The writer of attempts, on every process together. */
export const recorderSchema = z.object({
  recorded: z.int(),
  /** Lost for want of room, since the process began; never silent. */
  dropped: z.int(),
  /** Written to the disk and not yet in the database. */
  waiting: z.int(),
})

const seriesPoint = usageFiguresSchema.extend({ at: timestamp })

export const getUsage = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/usage',
  access: 'admin',
  tag,
  summary: 'Calls to models over a period: totals, the period before, and a series by minute, hour or day',
  query: z.object({ ...periodQuery, ...filterQuery, grain: z.enum(usageGrains).optional() }),
  response: z.object({
    from: timestamp,
    to: timestamp,
    grain: z.enum(usageGrains),
    totals: usageFiguresSchema,
    /** The same length of time just before. */
    previous: usageFiguresSchema,
    /** One point for each step, also where nothing happened. */
    series: z.array(seriesPoint),
    recorder: recorderSchema,
  }),
})

const stripCell = z.object({ at: timestamp, answered: z.int(), providerFailed: z.int() })

export const usageRowSchema = usageFiguresSchema.extend({
  /** What the row is about; null for what the rows are not told apart by. */
  provider: z.string().nullable(),
  model: z.string().nullable(),
  operation: z.string().nullable(),
  userId: z.string().nullable(),
  /** To be shown: the model's, provider's or user's name, or the operation. */
  displayName: z.string(),
  /** Of all attempts in the period, 0–1. */
  share: z.number(),
  /** Availability, oldest first, one cell for each hour or day of the period in which there were calls. */
  strip: z.array(stripCell),
})
export type UsageRow = z.infer<typeof usageRowSchema>

export const listUsage = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/usage/by/:dimension',
  access: 'admin',
  tag,
  summary: 'Calls over a period told apart by model, provider, operation or user; popularity is the default order',
  params: z.object({ dimension: z.enum(usageDimensions) }),
  query: z.object({
    ...periodQuery,
    ...filterQuery,
    search: z.string().trim().max(200).optional(),
    sort: z.enum(usageSorts).default('attempts'),
    descending: z.stringbool().default(true),
    limit: z.coerce.number().int().min(1).max(1_000).default(100),
    offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  }),
  response: z.object({
    from: timestamp,
    to: timestamp,
    items: z.array(usageRowSchema),
    total: z.int(),
  }),
})

/** `GET /api/v1/admin/usage.csv`: the same figures as a file. */
export const usageCsvQuery = z.object({
  ...periodQuery,
  ...filterQuery,
  table: z.enum(['series', ...usageDimensions]).default('model'),
})

const liveMinute = z.object({
  at: timestamp,
  attempts: z.int(),
  failed: z.int(),
  tokens: z.int(),
  costUsd: z.number(),
})

export const liveUsageSchema = z.object({
  at: timestamp,
  /** The last 60 minutes, oldest first; the last one is not over. */
  minutes: z.array(liveMinute),
  /** Of the last five minutes. */
  now: z.object({
    attemptsPerMinute: z.number(),
    errorRate: z.number().nullable(),
    p50Ms: z.number().nullable(),
    p95Ms: z.number().nullable(),
    tokensPerMinute: z.number(),
    costUsdPerHour: z.number(),
  }),
  /** Targets that are not asked now, on this process. */
  breakers: z.array(
    z.object({ provider: z.string(), model: z.string().nullable(), state: z.enum(['open', 'half-open']) }),
  ),
  queue: z.array(
    z.object({
      name: z.string(),
      waiting: z.int(),
      running: z.int(),
      failed: z.int(),
      /** How long the oldest waiting job waits. */
      oldestMs: z.number().nullable(),
    }),
  ),
  recorder: recorderSchema,
})
export type LiveUsage = z.infer<typeof liveUsageSchema>

/** Cheap enough to be asked every few seconds. The same as events: `GET /api/v1/admin/usage/live/events`. */
export const getLiveUsage = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/usage/live',
  access: 'admin',
  tag,
  summary: 'What happens now: the last hour by minute, breakers, queues',
  response: liveUsageSchema,
})
