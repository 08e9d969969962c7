/** How the models do: for dashboards and supervisors. */
import { z } from 'zod'
import { errorRateStates } from './error-rate.ts'
import { becauseSchema } from './reason.ts'
import { defineRoute, timestamp } from './route.ts'
import { recorderSchema } from './usage.ts'

const state = z.enum([...errorRateStates, 'idle'])

export const providerHealthSchema = z.object({
  provider: z.string(),
  displayName: z.string(),
  /**
   * `degraded` above 5 % errors, `failing` above 10 %, `down` above 50 %; below five calls at most `degraded`; `idle`
   * without a call in the last 24 h.
   */
  status: z.enum([...state.options, 'not-set-up']),
  /** Why it is not set up. */
  reason: z.string().nullable(),
  because: becauseSchema,
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
  /** By the same bounds as a provider's. */
  status: state,
  requests: z.int(),
  failed: z.int(),
  errorRate: z.number().nullable(),
  /** Why it is off, when it is. */
  unavailableReason: z.string().nullable(),
  unavailableBecause: becauseSchema,
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
    /** `down` or `failing` when every provider is, `degraded` when one of them does badly. */
    status: state,
    checkedAt: timestamp,
    from: timestamp,
    providers: z.array(providerHealthSchema),
    failedModels: z.array(failedModelSchema),
    topPerformers: z.array(topModelSchema),
    recorder: recorderSchema,
  }),
})
