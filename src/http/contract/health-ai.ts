/** How the models do: for dashboards and supervisors. */
import { z } from 'zod'
import { defineRoute, timestamp } from './route.ts'
import { recorderSchema } from './usage.ts'

const status = z.enum(['ok', 'degraded', 'down', 'idle', 'not-set-up'])

export const providerHealthSchema = z.object({
  provider: z.string(),
  displayName: z.string(),
  /** `degraded` above 10 % errors, `down` above 50 %; `idle` without a call in the last 24 h. */
  status,
  /** Why it is not set up. */
  reason: z.string().nullable(),
  activeModels: z.int(),
  totalModels: z.int(),
  requests: z.int(),
  errorRate: z.number().nullable(),
  averageMs: z.number().nullable(),
  p95Ms: z.number().nullable(),
})

export const failedModelSchema = z.object({
  provider: z.string(),
  model: z.string(),
  displayName: z.string(),
  requests: z.int(),
  failed: z.int(),
  errorRate: z.number().nullable(),
  /** Why it is off, when it is. */
  unavailableReason: z.string().nullable(),
  reasons: z.array(
    z.object({ code: z.string(), title: z.string(), count: z.int(), lastAt: timestamp, message: z.string() }),
  ),
})

export const topModelSchema = z.object({
  provider: z.string(),
  model: z.string(),
  displayName: z.string(),
  requests: z.int(),
  errorRate: z.number().nullable(),
  averageMs: z.number().nullable(),
  p95Ms: z.number().nullable(),
})

export const getModelsHealth = defineRoute({
  method: 'GET',
  path: '/api/v1/health/ai-models',
  // Checked by the route itself: an administrator, or the token of `METRICS_TOKEN`.
  access: 'anyone',
  tag: 'admin',
  summary: 'The state of every provider, failed models of the last 24 hours with reasons, and the best ones',
  response: z.object({
    /** `down` when no provider answers, `degraded` when one of them does badly. */
    status: z.enum(['ok', 'degraded', 'down', 'idle']),
    checkedAt: timestamp,
    from: timestamp,
    providers: z.array(providerHealthSchema),
    failedModels: z.array(failedModelSchema),
    topPerformers: z.array(topModelSchema),
    recorder: recorderSchema,
  }),
})
