/** Failed attempts: each with its time, place and cause, and the causes with their counts. */
import { z } from 'zod'
import { becauseSchema } from './reason.ts'
import { byId, defineRoute, identifier, timestamp } from './route.ts'
import { periodQuery } from './usage.ts'

const tag = 'admin'
const name = z.string().trim().min(1).max(200)

const filterQuery = {
  ...periodQuery,
  /** Words of the message, or the id of a request or recording. */
  search: z.string().trim().max(200).optional(),
  provider: name.optional(),
  model: name.optional(),
  operation: name.optional(),
  code: name.optional(),
  blame: z.enum(['caller', 'provider', 'us']).optional(),
  transcriptionId: identifier.optional(),
  requestId: name.optional(),
  userId: name.optional(),
  /** One cause of `listErrorCauses`. */
  cause: name.optional(),
}

export const errorEntrySchema = z.object({
  id: identifier,
  at: timestamp,
  provider: z.string(),
  model: z.string(),
  operation: z.string(),
  code: z.string(),
  /** The code in words. */
  title: z.string(),
  blame: z.enum(['caller', 'provider', 'us']),
  message: z.string(),
  /** HTTP status of the provider. */
  status: z.int().nullable(),
  credential: z.string().nullable(),
  durationMs: z.int(),
  requestId: z.string(),
  transcriptionId: z.string().nullable(),
  userId: z.string().nullable(),
  cause: z.string(),
})
export type ErrorEntry = z.infer<typeof errorEntrySchema>

export const listErrorEntries = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/errors',
  access: 'admin',
  tag,
  summary: 'Failed attempts, newest first',
  query: z.object({
    ...filterQuery,
    /** `nextCursor` of the page before. */
    cursor: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  response: z.object({
    from: timestamp,
    to: timestamp,
    items: z.array(errorEntrySchema),
    nextCursor: z.string().nullable(),
  }),
})

const facet = z.array(z.object({ value: z.string(), count: z.int() }))

export const errorCauseSchema = z.object({
  cause: z.string(),
  provider: z.string(),
  code: z.string(),
  title: z.string(),
  advice: z.string(),
  blame: z.enum(['caller', 'provider', 'us']),
  status: z.int().nullable(),
  /** The message with what differs from one failure to the next taken out. */
  message: z.string(),
  count: z.int(),
  models: z.array(z.string()),
  operations: z.array(z.string()),
  firstAt: timestamp,
  lastAt: timestamp,
})
export type ErrorCause = z.infer<typeof errorCauseSchema>

export const listErrorCauses = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/errors/causes',
  access: 'admin',
  tag,
  summary: 'Failed attempts grouped by cause, most frequent first, with what they can be filtered by',
  query: z.object({ ...filterQuery, limit: z.coerce.number().int().min(1).max(500).default(100) }),
  response: z.object({
    from: timestamp,
    to: timestamp,
    items: z.array(errorCauseSchema),
    /** Of all causes together. */
    total: z.int(),
    facets: z.object({ providers: facet, models: facet, operations: facet, codes: facet }),
  }),
})

const attemptSchema = z.object({
  id: identifier,
  at: timestamp,
  provider: z.string(),
  model: z.string(),
  operation: z.string(),
  outcome: z.enum(['answered', 'failed', 'cancelled', 'skipped']),
  code: z.string().nullable(),
  credential: z.string().nullable(),
  durationMs: z.int(),
  firstTokenMs: z.int().nullable(),
  inputTokens: z.int().nullable(),
  outputTokens: z.int().nullable(),
  /** Null is unknown. */
  costUsd: z.number().nullable(),
  /** Why this target was asked. */
  reason: z.string(),
  because: becauseSchema,
})

export const getErrorEntry = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/errors/:id',
  access: 'admin',
  tag,
  summary: 'One failed attempt with its request, by the policy, and the other attempts of the same request',
  params: byId,
  response: errorEntrySchema.extend({
    advice: z.string(),
    /** What was kept of the request: nothing, its shape, or all of it; secrets never. */
    payloadPolicy: z.enum(['off', 'metadata', 'full']),
    payload: z.unknown().nullable(),
    /** Attempts of the same request in order, this one among them. */
    attempts: z.array(attemptSchema),
  }),
})
