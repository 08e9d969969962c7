/** Keys that we hold for providers, and what was learned about models: for administrators. A secret goes in, never out. */
import { z } from 'zod'
import { byId, defineRoute, timestamp } from './route.ts'

export const credentialSchema = z.object({
  id: z.string(),
  provider: z.string(),
  name: z.string(),
  /** First and last characters only; empty when the server needs no key. */
  masked: z.string(),
  weight: z.number(),
  enabled: z.boolean(),
  /** Keys from the settings are changed there, not here. */
  origin: z.enum(['settings', 'database']),
  baseUrl: z.string().nullable(),
  testedAt: timestamp.nullable(),
  testError: z.string().nullable(),
  /** It rests after the provider refused it. */
  restsUntil: timestamp.nullable(),
  restReason: z.string().nullable(),
})
export type CredentialView = z.infer<typeof credentialSchema>

export const credentialTestSchema = z.object({
  ok: z.boolean(),
  /** How many models the key may see. */
  models: z.int().nullable(),
  durationMs: z.number(),
  error: z.object({ code: z.string(), title: z.string(), message: z.string(), advice: z.string() }).nullable(),
})

const weight = z.number().int().min(1).max(100)

export const learnedRuleSchema = z.object({
  provider: z.string(),
  model: z.string(),
  field: z.string(),
  evidence: z.string(),
  learnedAt: timestamp,
})

const tag = 'admin'
const credentialId = z.object({ id: z.string().min(1).max(100) })

export const listCredentials = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/credentials',
  access: 'admin',
  tag,
  summary: 'Keys held for providers, masked',
  response: z.object({
    items: z.array(credentialSchema),
    providers: z.array(z.object({ id: z.string(), displayName: z.string(), needsKey: z.boolean() })),
  }),
})
export const createCredential = defineRoute({
  method: 'POST',
  path: '/api/v1/admin/credentials',
  access: 'admin',
  tag,
  summary: 'Add or replace a key; it is tested by a live call before the answer',
  body: z.object({
    /** A known provider, or a new name for a server that speaks like OpenAI (then with a base URL). */
    provider: z.string().regex(/^[a-z][a-z0-9-]{1,40}$/),
    name: z.string().trim().min(1).max(100),
    /** May be empty for a server that needs none. */
    secret: z.string().trim().max(500),
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .optional(),
    weight: weight.default(1),
  }),
  response: credentialSchema,
})
export const updateCredential = defineRoute({
  method: 'PATCH',
  path: '/api/v1/admin/credentials/:id',
  access: 'admin',
  tag,
  summary: 'Switch a key on or off, or change its weight',
  params: byId,
  body: z.object({ enabled: z.boolean().optional(), weight: weight.optional() }),
  response: credentialSchema,
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
  summary: 'Ask the provider for its list of models with this key',
  params: credentialId,
  response: credentialTestSchema,
})
export const listLearnedRules = defineRoute({
  method: 'GET',
  path: '/api/v1/admin/learned-rules',
  access: 'admin',
  tag,
  summary: 'Parameters that models turned out to reject, left out since',
  response: z.object({ items: z.array(learnedRuleSchema) }),
})
export const deleteLearnedRule = defineRoute({
  method: 'DELETE',
  path: '/api/v1/admin/learned-rules',
  access: 'admin',
  tag,
  summary: 'Unlearn a rule: the parameter is sent to the model again',
  query: z.object({
    provider: z.string().min(1).max(100),
    model: z.string().min(1).max(300),
    field: z.string().min(1).max(300),
  }),
})
