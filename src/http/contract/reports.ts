/** The weekly report: made once a week, kept, shown, mailed. */
import { z } from 'zod'
import { becauseSchema } from './reason.ts'
import { defineRoute, identifier, timestamp } from './route.ts'
import { statementSchema } from './statements.ts'

const tag = 'admin'
const count = z.int()
const ms = z.number().nullable()
const rate = z.number()
/** Whole microcents, 1 USD = 100 000 000; null is unknown. */
const money = z.number().nullable()

const totalsSchema = z.object({
  requests: count,
  failures: count,
  /** Failures that providers are to blame for, by all telling requests; 0 to 1. */
  errorRate: rate,
  p50Ms: ms,
  p95Ms: ms,
  inputTokens: z.number(),
  outputTokens: z.number(),
  costMicrocents: money,
})

const modelLineSchema = totalsSchema.extend({ provider: z.string(), model: z.string() })

export const reportBodySchema = z.object({
  totals: totalsSchema,
  /** The week before, for comparison; null when nothing was recorded then. */
  before: totalsSchema.nullable(),
  providers: z.array(totalsSchema.extend({ provider: z.string() })),
  /** Most requested first, at most 20. */
  models: z.array(modelLineSchema),
  /** Highest error rate first, at most 10, with enough requests to say so. */
  worst: z.array(modelLineSchema.extend({ codes: z.record(z.string(), z.int()) })),
  catalog: z.object({
    active: count,
    inactive: count,
    added: z.array(z.object({ provider: z.string(), model: z.string() })),
    removed: z.array(z.object({ provider: z.string(), model: z.string(), reason: z.string(), because: becauseSchema })),
  }),
  alerts: z.object({
    opened: count,
    resolved: count,
    open: count,
    byKind: z.array(z.object({ kind: z.string(), count })),
  }),
  disabled: z.array(
    z.object({
      provider: z.string(),
      model: z.string(),
      reason: z.string(),
      statement: statementSchema.default(null),
      at: timestamp,
    }),
  ),
  rollouts: z.array(
    z.object({
      id: identifier,
      control: z.string(),
      candidate: z.string(),
      status: z.string(),
      percent: z.number(),
      reason: z.string(),
      statement: statementSchema.default(null),
    }),
  ),
  schedules: z.object({ runs: count, failed: count }),
})
export type ReportBody = z.infer<typeof reportBodySchema>

export const reportSchema = z.object({
  id: identifier,
  from: timestamp,
  to: timestamp,
  createdAt: timestamp,
  /** One English sentence for lists. */
  headline: z.string(),
  statement: statementSchema,
})

export const listReports = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/reports',
  access: 'admin',
  tag,
  summary: 'The weekly reports, newest first',
  query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(52) }),
  response: z.object({ items: z.array(reportSchema) }),
})
export const getReport = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/reports/:id',
  access: 'admin',
  tag,
  summary: 'One weekly report as data',
  params: z.object({ id: identifier }),
  response: reportSchema.extend({
    body: reportBodySchema,
    /** To whom it was mailed. */
    deliveries: z.array(
      z.object({
        channelName: z.string(),
        state: z.enum(['waiting', 'sending', 'sent', 'failed']),
        error: z.string().nullable(),
        because: becauseSchema,
      }),
    ),
  }),
})
