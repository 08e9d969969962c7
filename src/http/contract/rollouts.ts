/**
 * A model that takes over from another one step by step: 10 %, 50 %, all users. And the ranking behind `auto:`.
 *
 * Requests of a user in the candidate's arm that ask for the control are answered by the candidate. A user stays in one arm.
 */
import { z } from 'zod'
import { byId, defineRoute, identifier, timestamp } from './route.ts'
import { statementSchema } from './statements.ts'

const tag = 'admin'
/** `provider/key`. */
const reference = z.string().trim().min(3).max(300)
const flag = z.stringbool()

export const rolloutStatuses = ['running', 'stopped', 'rolled-back', 'completed'] as const

export const rolloutPlanSchema = z.object({
  /** Percent of users by stage, growing, ending with 100. */
  stages: z.array(z.number().min(1).max(100)).min(1).max(6).default([10, 50, 100]),
  /** Requests that each arm needs in a stage before it can go on. */
  minimumSamples: z.int().min(20).max(1_000_000).default(200),
  minimumStageMinutes: z
    .int()
    .min(0)
    .max(30 * 24 * 60)
    .default(24 * 60),
  /** The candidate's error rate may be higher by this share (0.02 is two points) and still go on. */
  errorTolerance: z.number().min(0.001).max(0.5).default(0.02),
  /** Its response time may be so many times the control's. */
  latencyTolerance: z.number().min(1.01).max(10).default(1.25),
  /** Its cost for a request may be so many times the control's; null for no matter how much. */
  costTolerance: z.number().min(1).max(100).nullable().default(2),
  /** All that the candidate's requests may cost together; null for no limit. */
  budgetUsd: z.number().min(0.01).max(1_000_000).nullable().default(null),
  /** Probability that a candidate as good as the control is stopped, over the whole rollout. */
  falseStopRate: z.number().min(0.0001).max(0.2).default(0.01),
  /** Probability that one worse than tolerated passes a stage. */
  missRate: z.number().min(0.001).max(0.3).default(0.05),
})
export type RolloutPlan = z.infer<typeof rolloutPlanSchema>

const comparisonSchema = z.object({
  measure: z.enum(['errors', 'latency', 'cost']),
  /** Of this stage: error rate, geometric mean of the response time in ms, mean cost in microcents. Null: not measured. */
  control: z.number().nullable(),
  candidate: z.number().nullable(),
  /** Candidate minus control for errors, candidate divided by control for the others. */
  difference: z.number().nullable(),
  tolerance: z.number().nullable(),
  /** Always valid under repeated looks: evidence that it is worse; stops at `stopAt`. Logarithm to base 10. */
  worseEvidence: z.number().nullable(),
  stopAt: z.number(),
  /** Evidence that it is within the tolerance; goes on at `passAt`. Logarithm to base 10. */
  passEvidence: z.number().nullable(),
  passAt: z.number(),
  verdict: z.enum(['worse', 'good-enough', 'open']),
})

export const rolloutSchema = z.object({
  id: identifier,
  name: z.string(),
  control: z.string(),
  candidate: z.string(),
  status: z.enum(rolloutStatuses),
  /** Index in `plan.stages`. */
  stage: z.int(),
  /** Of users that the candidate answers now. */
  percent: z.number(),
  plan: rolloutPlanSchema,
  /** What it waits for or why it ended: one English sentence, or an administrator's own words. */
  reason: z.string(),
  /** The reason as a code with its parameters; null for own words. */
  statement: statementSchema,
  /** Both arms in the stage that goes on, or went on last. */
  arms: z.object({
    control: z.object({ requests: z.int(), failures: z.int(), costMicrocents: z.number() }),
    candidate: z.object({ requests: z.int(), failures: z.int(), costMicrocents: z.number() }),
  }),
  comparisons: z.array(comparisonSchema),
  stageStartedAt: timestamp,
  createdAt: timestamp,
  createdBy: z.string(),
  endedAt: timestamp.nullable(),
})
export type RolloutView = z.infer<typeof rolloutSchema>

const pointSchema = z.object({
  at: timestamp,
  requests: z.int(),
  failures: z.int(),
  errorRate: z.number(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  costMicrocents: z.number(),
})
export const rolloutDecisionSchema = z.object({
  id: identifier,
  at: timestamp,
  action: z.enum(['started', 'promoted', 'stopped', 'resumed', 'rolled-back', 'completed', 'noted']),
  /** `watch` for the rollout itself, else an administrator's email. */
  by: z.string(),
  fromPercent: z.number(),
  toPercent: z.number(),
  reason: z.string(),
  statement: statementSchema,
  /** The measurements that it was decided by. */
  comparisons: z.array(comparisonSchema),
})

export const listRollouts = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/rollouts',
  access: 'admin',
  tag,
  summary: 'Rollouts, newest first',
  query: z.object({ open: flag.default(false), limit: z.coerce.number().int().min(1).max(200).default(50) }),
  response: z.object({ items: z.array(rolloutSchema) }),
})
export const createRollout = defineRoute({
  method: 'POST',
  path: '/api/v1/admin/rollouts',
  access: 'admin',
  tag,
  summary: 'Begin to let a model take over from another; `conflict` while either takes part in one',
  body: z.object({
    name: z.string().trim().min(1).max(100).optional(),
    control: reference,
    candidate: reference,
    plan: rolloutPlanSchema.partial().optional(),
  }),
  response: rolloutSchema,
})
export const getRollout = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/rollouts/:id',
  access: 'admin',
  tag,
  summary: 'One rollout with both arms’ curves and every decision',
  params: byId,
  response: rolloutSchema.extend({
    /** By hour, and by day once it is long. */
    series: z.object({ control: z.array(pointSchema), candidate: z.array(pointSchema) }),
    bucket: z.enum(['hour', 'day']),
    decisions: z.array(rolloutDecisionSchema),
  }),
})
export const steerRollout = defineRoute({
  method: 'POST',
  path: '/api/v1/admin/rollouts/:id/steer',
  access: 'admin',
  tag,
  summary: 'Go a stage on, hold it where it is, let it go on by itself, or give all users back to the control',
  params: byId,
  body: z.object({
    action: z.enum(['promote', 'stop', 'resume', 'roll-back']),
    reason: z.string().trim().max(500).default(''),
  }),
  response: rolloutSchema,
})

// ── Selection ────────────────────────────────────────────────────────────────────────────────────────────────────

export const selectionPreferences = ['best', 'fastest', 'cheapest'] as const

const rankedSchema = z.object({
  rank: z.int(),
  provider: z.string(),
  model: z.string(),
  displayName: z.string(),
  /** Of the window. */
  requests: z.int(),
  failures: z.int(),
  errorRate: z.number().nullable(),
  /** What the ranking believes at the worst: few requests leave it high. */
  errorRateUpperBound: z.number(),
  p50Ms: z.number().nullable(),
  /** As above, for the response time; null when never measured. */
  latencyUpperBoundMs: z.number().nullable(),
  creditMultiplier: z.number(),
  /** Enough requests to be ranked by them. */
  proven: z.boolean(),
  /** Why it stands where it stands, in one sentence. */
  explanation: z.string(),
})
export const getSelection = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/selection',
  access: 'admin',
  tag,
  summary: 'Whom `auto:best`, `auto:fastest` and `auto:cheapest` would ask, in order and why',
  query: z.object({
    preference: z.enum(selectionPreferences).default('best'),
    operation: z.enum(['chat', 'embed', 'transcribe', 'image']).default('chat'),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  response: z.object({
    preference: z.enum(selectionPreferences),
    windowHours: z.number(),
    /** Requests in a hundred that try a model of which too little is known. */
    explorationPercent: z.number(),
    items: z.array(rankedSchema),
    /** Models that cannot be asked now, with the reason. */
    leftOut: z.array(z.object({ provider: z.string(), model: z.string(), reason: z.string() })),
  }),
})
