/** Who is asked when a model fails: fallback chains per user and operation, the house's own, and the last resort. */
import { z } from 'zod'
import { becauseSchema } from './reason.ts'
import { defineRoute, identifier, timestamp } from './route.ts'
import { decisionSchema, modelRef } from './transcriptions.ts'

/** `default` is for every operation that has no chain of its own. */
export const chainOperations = [
  'default',
  'enhancement',
  'summary',
  'lecture_notes',
  'translation',
  'chat',
  'support',
  'content',
  'code',
] as const
export type ChainOperation = (typeof chainOperations)[number]

const chain = z.object({
  /** Asked in this order after the chosen model; empty means that nobody else is asked. */
  models: z.array(modelRef).max(10),
  /** Whether the last resort follows at the end. */
  lastResort: z.boolean().default(true),
})
/** A model of a chain that could not be asked now. */
const deadTarget = z.object({ model: z.string(), reason: z.string(), because: becauseSchema })

export const chainSchema = chain.extend({
  operation: z.enum(chainOperations),
  dead: z.array(deadTarget),
  updatedAt: timestamp,
})
export type Chain = z.infer<typeof chainSchema>

export const lastResortSchema = z.object({
  models: z.array(z.string()),
  /** Where it is from: an administrator, the settings, or the catalog as it ships. */
  source: z.enum(['admin', 'settings', 'seed']),
  dead: z.array(deadTarget),
})
export type LastResort = z.infer<typeof lastResortSchema>

const byOperation = z.object({ operation: z.enum(chainOperations) })
const path = '/api/v1/chains'
const adminPath = '/api/v1/admin/chains'

export const listChains = defineRoute({
  method: 'GET',
  path,
  access: 'user',
  tag: 'chains',
  summary: 'Your fallback chains, and those of the house that apply where you have none',
  response: z.object({ items: z.array(chainSchema), global: z.array(chainSchema), lastResort: lastResortSchema }),
})
export const saveChain = defineRoute({
  method: 'PUT',
  path: `${path}/:operation`,
  access: 'user',
  tag: 'chains',
  summary: 'Set your chain for an operation; models that nobody knows are refused',
  params: byOperation,
  body: chain,
  response: chainSchema,
})
export const deleteChain = defineRoute({
  method: 'DELETE',
  path: `${path}/:operation`,
  access: 'user',
  tag: 'chains',
  summary: 'Go back to the chain of the house',
  params: byOperation,
})
export const listGlobalChains = defineRoute({
  method: 'GET',
  path: adminPath,
  access: 'admin',
  tag: 'admin',
  summary: 'Fallback chains of the house and the last resort',
  response: z.object({ items: z.array(chainSchema), lastResort: lastResortSchema }),
})
export const saveGlobalChain = defineRoute({
  method: 'PUT',
  path: `${adminPath}/:operation`,
  access: 'admin',
  tag: 'admin',
  summary: 'Set the chain of the house for an operation',
  params: byOperation,
  body: chain,
  response: chainSchema,
})
export const deleteGlobalChain = defineRoute({
  method: 'DELETE',
  path: `${adminPath}/:operation`,
  access: 'admin',
  tag: 'admin',
  summary: 'Let the routing decide for an operation',
  params: byOperation,
})
export const saveLastResort = defineRoute({
  method: 'PUT',
  path: '/api/v1/admin/last-resort',
  access: 'admin',
  tag: 'admin',
  summary: 'Set the models that are asked when all others failed',
  body: z.object({ models: z.array(modelRef).max(10) }),
  response: lastResortSchema,
})
export const deleteLastResort = defineRoute({
  method: 'DELETE',
  path: '/api/v1/admin/last-resort',
  access: 'admin',
  tag: 'admin',
  summary: 'Go back to the last resort of the settings',
})

/** Why a request went to the model that it went to. */
export const storedDecisionSchema = decisionSchema.extend({
  id: identifier,
  requestId: z.string(),
  createdAt: timestamp,
  operation: z.string().nullable(),
  userId: z.string().nullable(),
  transcriptionId: identifier.nullable(),
  textId: identifier.nullable(),
  /** Who answered; null when nobody did. */
  provider: z.string().nullable(),
  model: z.string().nullable(),
  fallbackUsed: z.boolean(),
  errorCode: z.string().nullable(),
})
export type StoredDecision = z.infer<typeof storedDecisionSchema>

export const listDecisions = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/decisions',
  access: 'admin',
  tag: 'admin',
  summary: 'Why each request went to its model, newest first',
  query: z.object({
    requestId: z.string().max(100).optional(),
    transcriptionId: identifier.optional(),
    textId: identifier.optional(),
    userId: z.string().max(100).optional(),
    operation: z.string().max(50).optional(),
    /** `provider/key` that answered. */
    model: modelRef.optional(),
    /** Only those that another model than the chosen one answered, or nobody. */
    fallback: z.stringbool().optional(),
    cursor: z.string().max(200).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  response: z.object({ items: z.array(storedDecisionSchema), nextCursor: z.string().nullable() }),
})
