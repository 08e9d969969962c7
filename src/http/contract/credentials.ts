/** Keys that we hold for providers, and what was learned about models: for administrators. A secret goes in, never out. */
import { z } from 'zod'
import { byId, defineRoute, identifier, timestamp } from './route.ts'
import { storedErrorSchema } from './problem.ts'

export const credentialSchema = z.object({
  /** Absent ids are those from the environment: shown, not editable here. */
  id: z.string(),
  provider: z.string(),
  name: z.string(),
  source: z.enum(['environment', 'database']),
  /** First and last characters only. */
  masked: z.string(),
  baseUrl: z.string().nullable(),
  weight: z.number(),
  active: z.boolean(),
  /** Set while it rests after the provider refused it. */
  coolingUntil: timestamp.nullable(),
  lastError: z.string().nullable(),
  lastTestedAt: timestamp.nullable(),
  createdAt: timestamp.nullable(),
})
export type CredentialView = z.infer<typeof credentialSchema>

export const credentialTestSchema = z.object({
  ok: z.boolean(),
  /** How many models the key may see. */
  models: z.int().nullable(),
  durationMs: z.number(),
  error: storedErrorSchema.nullable(),
})

const fields = z.object({
  name: z.string().trim().min(1).max(100),
  /** Required for a named OpenAI-compatible server. */
  baseUrl: z.url().max(500).nullable().optional(),
  weight: z.number().min(0).max(100).default(1),
  active: z.boolean().default(true),
})

export const learnedRuleSchema = z.object({
  provider: z.string(),
  model: z.string(),
  parameter: z.string(),
  message: z.string(),
  learnedAt: timestamp,
})

const tag = 'admin'

export const listCredentials = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/credentials',
  access: 'admin',
  tag,
  summary: 'Keys held for providers, masked',
  response: z.object({
    items: z.array(credentialSchema),
    providers: z.array(
      z.object({ id: z.string(), displayName: z.string(), needsKey: z.boolean(), baseUrl: z.string().nullable() }),
    ),
  }),
})
export const createCredential = defineRoute({
  method: 'POST',
  path: '/api/v1/admin/credentials',
  access: 'admin',
  tag,
  summary: 'Add a key; it is tested by a live call before the answer',
  body: fields.extend({
    /** A known provider, or a new name for an OpenAI-compatible server (then with a base URL). */
    provider: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/),
    secret: z.string().trim().max(500),
  }),
  response: credentialSchema.extend({ test: credentialTestSchema }),
})
export const updateCredential = defineRoute({
  method: 'PATCH',
  path: '/api/v1/admin/credentials/:id',
  access: 'admin',
  tag,
  summary: 'Change a key, its weight or its name; a new secret is tested',
  params: byId,
  body: fields.partial().extend({ secret: z.string().trim().min(1).max(500).optional() }),
  response: credentialSchema.extend({ test: credentialTestSchema.nullable() }),
})
export const deleteCredential = defineRoute({
  method: 'DELETE',
  path: '/api/v1/admin/credentials/:id',
  access: 'admin',
  tag,
  summary: 'Forget a key',
  params: byId,
})
export const testCredential = defineRoute({
  method: 'POST',
  path: '/api/v1/admin/credentials/:id/test',
  access: 'admin',
  tag,
  summary: 'Ask the provider for its model list with this key',
  params: z.object({ id: z.union([identifier, z.string().max(100)]) }),
  response: credentialTestSchema,
})
export const listLearnedRules = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/learned-rules',
  access: 'admin',
  tag,
  summary: 'Parameters that models were seen to reject and that are left out since',
  response: z.object({ items: z.array(learnedRuleSchema) }),
})
